/**
 * What stands in for the AWS provider where there is no account? This plugin: version 7.48.0 of `aws` to the engine. It
 * plans and remembers; it never reaches AWS.
 *
 * What it knows, and from where:
 * - Properties, their types, which are required or secret: @pulumi/aws itself (../recorded/schema.json).
 * - What replaces, what AWS fills in, which differences count for none: the Terraform provider's source (terraform.ts,
 *   differences.ts).
 * - What AWS refuses: a few rules of its API (refusals.ts).
 *
 * What it does not do:
 * - Other resource types than those recorded, functions, imports.
 * - Ask for credentials. The released provider does so before the first preview; see docs/rds.md for what it takes to
 *   preview without.
 * - Know of other resources: that a name is taken, that a group is in use, that a bucket holds objects, that a replica's
 *   source has a password of RDS.
 * - Take time, fail halfway, change anything by itself; AWS_DRIFT gives it something for a refresh to find.
 * - Order and paths of a detailed diff as the released plugin writes them. Operation and reasons are what is meant.
 *
 * AWS_PROVIDER=real leaves it out, so that Pulumi takes the released plugin: with credentials, that makes real resources.
 */

import { Plugin } from "./plugin";

new Plugin().serve();
