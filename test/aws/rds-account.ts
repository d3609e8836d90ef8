/**
 * What does AWS do with backups, restores and failovers? An account of RDS on this machine, in place of AWS's.
 *
 * It keeps databases, snapshots, quotas and exports in memory. What takes AWS minutes takes it a question or two. Its
 * limits: it copies no data. What is restored or failed over is somebody else's: a test that has a real server hangs it
 * in by `onRestore` and `onFailover`. Of a restore it looks at the source, the moment and the name, not at network,
 * class or parameters. Deleting needs no more than AWS's own flags: no final snapshot is made. Regions are one: copies
 * of backups are found by their ARN, whatever region is asked. Names of instances and of clusters are one set.
 */

import {
  type Cluster,
  clusterXml,
  element,
  elements,
  found,
  type Instance,
  instanceXml,
  RdsApi,
  Refusal,
} from "./rds-api";

const ACCOUNT = "arn:aws:rds:eu-central-1:111122223333";

/** A database of the account. */
export interface AccountDatabase {
  kind: "instance" | "cluster";
  /** Default: `available`. */
  status: string;
  version: string;
  /** GiB. */
  storage: number;
  /** Days. */
  retention: number;
  /** ISO 8601: what can be restored; of those without backups nothing. */
  earliest?: string;
  latest?: string;
  parameterGroup: string;
  multiAz: boolean;
  host: string;
  port: number;
  /** ARNs of copies of its backups. */
  copies: string[];
  tags: Record<string, string>;
}

/** A snapshot of the account. */
export interface AccountSnapshot {
  database: string;
  type: string;
  version: string;
  status: string;
  percent: number;
  created?: string;
  /** GiB. */
  storage: number;
}

/** Who hears of what happens to a database. */
interface Events {
  /** Makes the server of a restored database; the answer is where it is. */
  onRestore?(identifier: string, time: string): Promise<{ host: string; port: number }>;
  onDelete?(identifier: string): Promise<void>;
  /** Ends the server and starts it again, as a failover does. */
  onFailover?(identifier: string): Promise<void>;
}

const NO_DATABASE: AccountDatabase = {
  kind: "instance",
  status: "available",
  version: "17.6",
  storage: 100,
  retention: 35,
  parameterGroup: "shop-17",
  multiAz: true,
  host: "shop.abc.eu-central-1.rds.amazonaws.com",
  port: 5432,
  copies: [],
  tags: {},
};

/** A list of objects, each in an element. */
function list(name: string, inner: string, objects: readonly string[]): string {
  return element(name, objects.map((object) => element(inner, object)).join(""));
}

function tagList(tags: Record<string, string>): string {
  return list(
    "TagList",
    "Tag",
    Object.entries(tags).map(([Key, Value]) => elements({ Key, Value })),
  );
}

/** `Tags.Tag.1.Key` and the like. */
function tagsOf(query: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let index = 1; query.has(`Tags.Tag.${index}.Key`); index++)
    tags[query.get(`Tags.Tag.${index}.Key`) ?? ""] = query.get(`Tags.Tag.${index}.Value`) ?? "";
  return tags;
}

function restoreWindow({ earliest, latest }: AccountDatabase): string {
  if (earliest === undefined || latest === undefined) return "";
  return element("RestoreWindow", elements({ EarliestTime: earliest, LatestTime: latest }));
}

/** The account. */
export class RdsAccount extends RdsApi {
  readonly databases = new Map<string, AccountDatabase>();
  readonly snapshots = new Map<string, AccountSnapshot>();
  /** Used, and the most there may be, by the name of the quota. */
  readonly quotas: Record<string, [used: number, most: number]> = {};
  /** `Action` and parameters of everything that was to change something. */
  readonly changes: Record<string, string>[] = [];
  readonly exports = new Map<string, { status: string; percent: number; failure?: string }>();
  /** Windows of copies in other regions, by ARN. */
  readonly copies: Record<string, { earliest: string; latest: string; status: string }> = {};

  constructor(readonly events: Events = {}) {
    super();
  }

  /** Adds a database; what is not said is that of a Multi-AZ instance. */
  add(identifier: string, database: Partial<AccountDatabase> = {}): AccountDatabase {
    const made = { ...NO_DATABASE, copies: [], tags: {}, ...database };
    this.databases.set(identifier, made);
    return made;
  }

  addSnapshot(name: string, snapshot: Partial<AccountSnapshot> & { database: string }): void {
    this.snapshots.set(name, {
      type: "manual",
      version: "17.6",
      status: "available",
      percent: 100,
      created: "2026-11-24T02:10:00Z",
      storage: 100,
      ...snapshot,
    });
  }

  /** A database by its name, as AWS would answer. */
  private database(identifier: string, kind: AccountDatabase["kind"]): AccountDatabase {
    const database = this.databases.get(identifier);
    const code = kind === "instance" ? "DBInstanceNotFound" : "DBClusterNotFoundFault";
    return found(database?.kind === kind ? database : undefined, code);
  }

  protected override async instance(identifier: string): Promise<Instance> {
    const database = this.database(identifier, "instance");
    const { status, version, parameterGroup, storage, retention, latest, multiAz, host, port } = database;
    const instance: Instance = {
      status,
      version,
      parameterGroup,
      properties: {
        DBInstanceArn: `${ACCOUNT}:db:${identifier}`,
        AllocatedStorage: storage,
        BackupRetentionPeriod: retention,
        MultiAZ: multiAz,
        ...(latest !== undefined && { LatestRestorableTime: latest }),
      },
      nested:
        element("Endpoint", elements({ Address: host, Port: port })) +
        tagList(database.tags) +
        list(
          "DBInstanceAutomatedBackupsReplications",
          "DBInstanceAutomatedBackupsReplication",
          database.copies.map((DBInstanceAutomatedBackupsArn) => elements({ DBInstanceAutomatedBackupsArn })),
        ),
    };
    this.goOn(identifier, database);
    return instance;
  }

  protected override async cluster(identifier: string): Promise<Cluster> {
    const database = this.database(identifier, "cluster");
    const { status, version, parameterGroup, storage, retention, earliest, latest, host, port } = database;
    const cluster: Cluster = {
      status,
      version,
      parameterGroup,
      members: [1, 2].map((number) => ({ identifier: `${identifier}-${number}` })),
      properties: {
        DBClusterArn: `${ACCOUNT}:cluster:${identifier}`,
        AllocatedStorage: storage,
        BackupRetentionPeriod: retention,
        Endpoint: host,
        Port: port,
        ...(earliest !== undefined && { EarliestRestorableTime: earliest }),
        ...(latest !== undefined && { LatestRestorableTime: latest }),
      },
      nested: tagList(database.tags),
    };
    this.goOn(identifier, database);
    return cluster;
  }

  protected override async group(_: string): Promise<Readonly<Record<string, string>>> {
    return {};
  }

  /** What is being made or deleted has got further by the next question. */
  private goOn(identifier: string, database: AccountDatabase): void {
    if (database.status === "deleting") this.databases.delete(identifier);
    if (database.status === "creating") database.status = "available";
  }

  protected override async result(action: string, query: URLSearchParams): Promise<string> {
    const handler = HANDLERS[action];
    if (!handler) return super.result(action, query);
    const named = ["DBInstance", "DBCluster", "DBSnapshot", "DBClusterSnapshot", "TargetDBInstance"].map(
      (kind) => query.get(`${kind}Identifier`),
    );
    this.requests.push([action, named.find(Boolean) ?? ""].join(" ").trim());
    if (!action.startsWith("Describe"))
      this.changes.push(Object.fromEntries([...query].filter(([key]) => key !== "Version")));
    const answer = await handler(this, query);
    return answer ?? super.result(action, query);
  }

  /** @internal */
  allOf(kind: AccountDatabase["kind"]): string[] {
    return [...this.databases].filter(([, database]) => database.kind === kind).map(([name]) => name);
  }

  /** @internal */
  async instanceText(identifier: string): Promise<string> {
    return instanceXml(identifier, await this.instance(identifier));
  }

  /** @internal */
  async clusterText(identifier: string): Promise<string> {
    return clusterXml(identifier, await this.cluster(identifier));
  }

  /** @internal */
  takeSnapshot(name: string, database: string, kind: AccountDatabase["kind"]): void {
    const { status, version, storage } = this.database(database, kind);
    if (this.snapshots.has(name)) throw new Refusal("DBSnapshotAlreadyExists", 400);
    if (status !== "available") throw new Refusal("InvalidDBInstanceState", 400);
    this.snapshots.set(name, { database, type: "manual", version, storage, status: "creating", percent: 0 });
  }

  /** @internal */
  snapshotTexts(kind: AccountDatabase["kind"], query: URLSearchParams): string {
    const prefix = kind === "instance" ? "DB" : "DBCluster";
    const [name, of] = [
      query.get(`${prefix}SnapshotIdentifier`),
      query.get(kind === "instance" ? "DBInstanceIdentifier" : "DBClusterIdentifier"),
    ];
    if (name !== null && !this.snapshots.has(name))
      throw new Refusal(kind === "instance" ? "DBSnapshotNotFound" : "DBClusterSnapshotNotFoundFault", 404);
    const rows = [...this.snapshots].filter(([key, { database }]) =>
      name !== null ? key === name : database === of,
    );
    const texts = rows.map(([key, snapshot]) => {
      const text = elements({
        [`${prefix}SnapshotIdentifier`]: key,
        [`${prefix}SnapshotArn`]: `${ACCOUNT}:snapshot:${key}`,
        SnapshotType: snapshot.type,
        Status: snapshot.status,
        PercentProgress: snapshot.percent,
        EngineVersion: snapshot.version,
        AllocatedStorage: snapshot.storage,
        ...(snapshot.created !== undefined && { SnapshotCreateTime: snapshot.created }),
      });
      if (snapshot.status === "creating")
        Object.assign(snapshot, { status: "available", percent: 100, created: "2026-11-24T12:00:00Z" });
      return text;
    });
    return list(`${prefix}Snapshots`, `${prefix}Snapshot`, texts);
  }

  /** @internal */
  automatedBackupTexts(query: URLSearchParams): string {
    const [identifier, arn] = [
      query.get("DBInstanceIdentifier") ?? "",
      query.get("DBInstanceAutomatedBackupsArn"),
    ];
    const texts: string[] = [];
    const copy = arn === null ? undefined : this.copies[arn];
    if (copy)
      texts.push(
        elements({ DBInstanceAutomatedBackupsArn: arn ?? "", Status: copy.status }) +
          element("RestoreWindow", elements({ EarliestTime: copy.earliest, LatestTime: copy.latest })),
      );
    const database = this.databases.get(identifier);
    if (database) texts.push(elements({ Status: "active" }) + restoreWindow(database));
    return list("DBInstanceAutomatedBackups", "DBInstanceAutomatedBackup", texts);
  }

  /** @internal */
  async restore(kind: AccountDatabase["kind"], query: URLSearchParams): Promise<string> {
    const [source, target, time] =
      kind === "instance"
        ? (["SourceDBInstanceIdentifier", "TargetDBInstanceIdentifier", "RestoreTime"] as const)
        : (["SourceDBClusterIdentifier", "DBClusterIdentifier", "RestoreToTime"] as const);
    const database = this.database(query.get(source) ?? "", kind);
    const identifier = query.get(target) ?? "";
    const moment = query.get(time) ?? "";
    if (this.databases.has(identifier)) throw new Refusal("DBInstanceAlreadyExists", 400);
    if (!(Date.parse(moment) <= Date.parse(database.latest ?? "")))
      throw new Refusal("InvalidRestoreFault", 400);
    const { host, port } = (await this.events.onRestore?.(identifier, moment)) ?? database;
    const { earliest: _, latest: __, ...rest } = database;
    this.databases.set(identifier, {
      ...rest,
      status: "creating",
      retention: 0,
      multiAz: query.get("MultiAZ") === "true",
      copies: [],
      tags: tagsOf(query),
      host,
      port,
    });
    return "";
  }

  /** @internal */
  async delete(kind: AccountDatabase["kind"], identifier: string): Promise<string> {
    const database = this.database(identifier, kind);
    if (database.status === "creating") throw new Refusal("InvalidDBInstanceState", 400);
    await this.events.onDelete?.(identifier);
    database.status = "deleting";
    return "";
  }

  /** @internal */
  async failOver(kind: AccountDatabase["kind"], query: URLSearchParams): Promise<string> {
    const identifier = query.get(kind === "instance" ? "DBInstanceIdentifier" : "DBClusterIdentifier") ?? "";
    const { multiAz } = this.database(identifier, kind);
    if (kind === "instance" && query.get("ForceFailover") === "true" && !multiAz)
      throw new Refusal("InvalidParameterCombination", 400);
    await this.events.onFailover?.(identifier);
    return "";
  }
}

/** What becomes of an action; undefined: what every double of the API does. */
type Handler = (account: RdsAccount, query: URLSearchParams) => Promise<string | undefined> | string;

const HANDLERS: Readonly<Record<string, Handler>> = {
  async DescribeDBInstances(account, query) {
    if (query.has("DBInstanceIdentifier")) return undefined;
    const names = account.allOf("instance");
    return element(
      "DBInstances",
      (await Promise.all(names.map((name) => account.instanceText(name)))).join(""),
    );
  },
  async DescribeDBClusters(account, query) {
    if (query.has("DBClusterIdentifier")) return undefined;
    const names = account.allOf("cluster");
    return element(
      "DBClusters",
      (await Promise.all(names.map((name) => account.clusterText(name)))).join(""),
    );
  },
  DescribeDBInstanceAutomatedBackups: (account, query) => account.automatedBackupTexts(query),
  DescribeDBSnapshots: (account, query) => account.snapshotTexts("instance", query),
  DescribeDBClusterSnapshots: (account, query) => account.snapshotTexts("cluster", query),
  CreateDBSnapshot(account, query) {
    account.takeSnapshot(
      query.get("DBSnapshotIdentifier") ?? "",
      query.get("DBInstanceIdentifier") ?? "",
      "instance",
    );
    return "";
  },
  CreateDBClusterSnapshot(account, query) {
    account.takeSnapshot(
      query.get("DBClusterSnapshotIdentifier") ?? "",
      query.get("DBClusterIdentifier") ?? "",
      "cluster",
    );
    return "";
  },
  RestoreDBInstanceToPointInTime: (account, query) => account.restore("instance", query),
  RestoreDBClusterToPointInTime: (account, query) => account.restore("cluster", query),
  CreateDBInstance(account, query) {
    account.add(`${query.get("DBInstanceIdentifier")}`, { status: "creating", tags: tagsOf(query) });
    return "";
  },
  DeleteDBInstance: (account, query) => account.delete("instance", query.get("DBInstanceIdentifier") ?? ""),
  DeleteDBCluster: (account, query) => account.delete("cluster", query.get("DBClusterIdentifier") ?? ""),
  RebootDBInstance: (account, query) => account.failOver("instance", query),
  FailoverDBCluster: (account, query) => account.failOver("cluster", query),
  DescribeAccountAttributes: (account) =>
    list(
      "AccountQuotas",
      "AccountQuota",
      Object.entries(account.quotas).map(([AccountQuotaName, [Used, Max]]) =>
        elements({ AccountQuotaName, Used, Max }),
      ),
    ),
  StartExportTask(account, query) {
    account.exports.set(query.get("ExportTaskIdentifier") ?? "", { status: "STARTING", percent: 0 });
    return "";
  },
  DescribeExportTasks(account, query) {
    const name = query.get("ExportTaskIdentifier") ?? "";
    const task = found(account.exports.get(name), "ExportTaskNotFound");
    const text = elements({
      ExportTaskIdentifier: name,
      Status: task.status,
      PercentProgress: task.percent,
      TotalExtractedDataInGB: 3,
      ...(task.failure !== undefined && { FailureCause: task.failure }),
    });
    if (task.status === "STARTING") Object.assign(task, { status: "COMPLETE", percent: 100 });
    return list("ExportTasks", "ExportTask", [text]);
  },
};
