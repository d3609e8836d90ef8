/** The policy pack: which settings of a Pulumi program are refused? None yet: the components refuse their own. */

import { PolicyPack } from "@pulumi/policy";

new PolicyPack("durable-postgres", { policies: [] });
