/** The stack: one PostgreSQL, described by Pulumi.<stack>.yaml. This is the only reader of Pulumi's configuration. */

import * as pulumi from "@pulumi/pulumi";
import { stackDatabase } from "./components";

const namespace = `${pulumi.getProject()}:`;
const config = Object.entries(pulumi.runtime.allConfig())
  .filter(([key]) => key.startsWith(namespace))
  .map(([key, value]) => [key.slice(namespace.length), value]);
const postgres = stackDatabase("postgres", Object.fromEntries(config));

export const { host, port, database, user, sslmode, settings, verification } = postgres;
export const password = pulumi.secret(postgres.password);
export const url = pulumi.secret(postgres.url);
export const env = pulumi.secret(postgres.env);
export const roles = pulumi.secret(postgres.roles);
