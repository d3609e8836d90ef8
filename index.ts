/** The stack: one PostgreSQL, described by Pulumi.<stack>.yaml. This is the only reader of Pulumi's configuration. */

import * as pulumi from "@pulumi/pulumi";
import { stackDatabase, stackOutputs } from "./components/stack";

const namespace = `${pulumi.getProject()}:`;
const config = Object.entries(pulumi.runtime.allConfig())
  .filter(([key]) => key.startsWith(namespace))
  .map(([key, value]) => [key.slice(namespace.length), value]);

export = stackOutputs(stackDatabase("postgres", Object.fromEntries(config)));
