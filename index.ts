/** The stack: one PostgreSQL, described by Pulumi.<stack>.yaml. This is the only reader of Pulumi's configuration. */

import * as pulumi from "@pulumi/pulumi";
import { stackDatabase, stackOutputs } from "./components/stack";

const namespace = `${pulumi.getProject()}:`;
const config = Object.entries(pulumi.runtime.allConfig())
  .filter(([key]) => key.startsWith(namespace))
  .map(([key, value]) => [key.slice(namespace.length), value]);

// What the language host says of the configuration; the SDK has no function of its own for it.
const encrypted: string[] = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]");
const isSecret = (key: string) => encrypted.includes(`${namespace}${key}`);

export = stackOutputs(stackDatabase("postgres", Object.fromEntries(config), isSecret));
