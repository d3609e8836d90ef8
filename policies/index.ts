/** The policy pack: which settings of a Pulumi program are refused? */

import { PolicyPack } from "@pulumi/policy";
import { packPolicies } from "./pack";
import { RULES } from "./rules";

new PolicyPack("durable-postgres", { policies: packPolicies(RULES) });
