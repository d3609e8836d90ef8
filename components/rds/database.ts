/** A database on Amazon RDS: what its generations share, and each of them. */

import * as pulumi from "@pulumi/pulumi";
import { type Generation, generationName } from "../backup/generations";
import type { Database, DatabaseArgs } from "../database";
import type { Settings } from "../parameters/settings";
import { refusing } from "../run-error";
import { createIdentity } from "./administration";
import { RdsGeneration } from "./generation";
import { rdsGeneration } from "./generations";
import type { RdsOptions } from "./options";
import { inScope } from "./scope";
import { ownerOf, rdsDesign } from "./settings";
import { Surroundings } from "./surroundings";

/** What a user says about a database on RDS. */
export interface RdsDatabaseArgs extends DatabaseArgs, RdsOptions {
  /** Databases that share network, key and archive: the first one, and those restored beside it. Default: the first alone. */
  generations?: readonly Generation[];
  /** Number of the generation that the outputs are of. Default: 1. */
  active?: number;
}

/**
 * A PostgreSQL database on Amazon RDS or Aurora, with network, key, backups, archive and monitoring.
 *
 * `pulumi destroy` stops at the database, the key and the archive, unless `deleteData` was deployed before; a final
 * snapshot, the automated backups, the key and the archive stay even then.
 *
 * @throws pulumi.RunError with every fault of the arguments at once.
 */
export class RdsDatabase extends pulumi.ComponentResource implements Database {
  // Those of the active generation.
  declare readonly host: RdsGeneration["host"];
  declare readonly port: RdsGeneration["port"];
  declare readonly database: RdsGeneration["database"];
  declare readonly user: RdsGeneration["user"];
  declare readonly password: RdsGeneration["password"];
  declare readonly url: RdsGeneration["url"];
  declare readonly sslmode: RdsGeneration["sslmode"];
  declare readonly ca: RdsGeneration["ca"];
  declare readonly env: RdsGeneration["env"];
  declare readonly roles: RdsGeneration["roles"];
  declare readonly settings: Settings;
  declare readonly verification: RdsGeneration["verification"];
  declare readonly backup: RdsGeneration["backup"];
  declare readonly caBundle: RdsGeneration["caBundle"];
  declare readonly readerHosts: RdsGeneration["readerHosts"];
  declare readonly instanceArn: RdsGeneration["instanceArn"];
  declare readonly secretArn: RdsGeneration["secretArn"];
  declare readonly rolesScript?: RdsGeneration["rolesScript"];
  declare readonly bucket: RdsGeneration["bucket"];
  declare readonly archivePolicies: RdsGeneration["archivePolicies"];
  declare readonly exportRole: RdsGeneration["exportRole"];
  declare readonly keyArn: RdsGeneration["keyArn"];
  declare readonly vpcId: RdsGeneration["vpcId"];
  declare readonly securityGroup: RdsGeneration["securityGroup"];
  declare readonly alarmTopic: RdsGeneration["alarmTopic"];
  /** Every generation by its number. */
  readonly generations: ReadonlyMap<number, Database>;

  constructor(name: string, args: RdsDatabaseArgs = {}, opts: pulumi.ComponentResourceOptions = {}) {
    const { generations = [{ number: 1 }], active = 1, ...given } = args;
    const owner = ownerOf(name);
    const design = refusing(() => rdsDesign(name, given, owner));
    const designs = generations.map((generation) => {
      const own = refusing(() => rdsDesign(name, rdsGeneration(given, generation, owner), owner));
      return [generation.number, own] as const;
    });
    const { plan } = design;
    const transformations = [...(opts.transformations ?? []), inScope(plan)];
    super("durable-postgres:rds:Database", name, {}, { ...opts, transformations });
    const surroundings = new Surroundings(name, design, {
      parent: this,
      identity: createIdentity(name, plan, { parent: this }),
      passwordGeneration: given.passwordGeneration ?? 1,
    });
    this.generations = new Map(
      designs.map(([number, own]) => [
        number,
        new RdsGeneration(generationName(name, number), own, surroundings),
      ]),
    );
    Object.assign(this, this.generations.get(active));
    this.registerOutputs({ host: this.host, port: this.port, verification: this.verification });
  }
}
