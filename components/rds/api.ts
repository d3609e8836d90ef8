/** What does AWS's API tell of a database on RDS? */

import type { DBCluster, DBInstance, Parameter, RDS } from "@aws-sdk/client-rds";
import type { RdsApiReport } from "../verify/report";
import { answered, clientOptions } from "./ask";
import { isCluster } from "./members";
import {
  type PendingChange,
  type RdsReading,
  type RdsTarget,
  rdsApiReport,
  type ServerState,
} from "./verification";

/** What is asked about. */
type Asked = Omit<RdsTarget, "parameters">;

/** What a verification asks. */
const ACTIONS = [
  "rds:DescribeDBInstances",
  "rds:DescribeDBClusters",
  "rds:DescribeDBParameters",
  "rds:DescribeDBClusterParameters",
];

/** Pending values that are no change of what somebody sees; of a password not even stars are shown. */
const NOT_SHOWN = new Set(["MasterUserPassword", "PendingCloudwatchLogsExports"]);

function pendingChanges(of: DBInstance | DBCluster): PendingChange[] {
  const current = of as Readonly<Record<string, unknown>>;
  return Object.entries(of.PendingModifiedValues ?? {})
    .filter(
      ([property, asked]) => asked !== undefined && typeof asked !== "object" && !NOT_SHOWN.has(property),
    )
    .map(([property, asked]) => ({
      property,
      asked: String(asked),
      running: current[property] === undefined ? null : String(current[property]),
    }));
}

function instanceState({
  DBInstanceIdentifier,
  DBInstanceStatus,
  DBParameterGroups,
}: DBInstance): ServerState {
  const [group] = DBParameterGroups ?? [];
  return {
    identifier: DBInstanceIdentifier ?? "",
    status: DBInstanceStatus ?? "unknown",
    parameterGroup: group?.DBParameterGroupName ?? "none",
    applied: group?.ParameterApplyStatus ?? "unknown",
  };
}

async function describedInstance(client: RDS, identifier: string): Promise<DBInstance> {
  const { DBInstances } = await client.describeDBInstances({ DBInstanceIdentifier: identifier });
  const [instance] = DBInstances ?? [];
  if (!instance) throw notFound(`DBInstance ${identifier} not found`);
  return instance;
}

function notFound(message: string): Error {
  return Object.assign(new Error(message), { name: "NotFound" });
}

type Servers = Omit<RdsReading, "parameters">;

/** An instance, and its replicas in the same region that share the parameter group; those in others have ARNs here. */
async function readInstances(client: RDS, { identifier, parameterGroup }: Asked): Promise<Servers> {
  const instance = await describedInstance(client, identifier);
  const named = (instance.ReadReplicaDBInstanceIdentifiers ?? []).filter((name) => !name.startsWith("arn:"));
  const replicas = await Promise.all(named.map((name) => describedInstance(client, name)));
  const { status = "unknown", ...primary } = instanceState(instance);
  const others = replicas.map(instanceState).filter((replica) => replica.parameterGroup === parameterGroup);
  return {
    version: instance.EngineVersion ?? "unknown",
    status,
    servers: [primary, ...others],
    pending: pendingChanges(instance),
  };
}

async function readCluster(client: RDS, { identifier }: Asked): Promise<Servers> {
  const { DBClusters } = await client.describeDBClusters({ DBClusterIdentifier: identifier });
  const [cluster] = DBClusters ?? [];
  if (!cluster) throw notFound(`DBCluster ${identifier} not found`);
  const parameterGroup = cluster.DBClusterParameterGroup ?? "none";
  return {
    version: cluster.EngineVersion ?? "unknown",
    status: cluster.Status ?? "unknown",
    servers: (cluster.DBClusterMembers ?? []).map((member) => ({
      identifier: member.DBInstanceIdentifier ?? "",
      parameterGroup,
      applied: member.DBClusterParameterGroupStatus ?? "unknown",
    })),
    pending: pendingChanges(cluster),
  };
}

/** Parameters that somebody set: those of AWS's own choice are not listed. */
async function readParameters(client: RDS, target: Asked): Promise<ReadonlyMap<string, string>> {
  const { parameterGroup } = target;
  const pages = isCluster(target)
    ? client.paginateDescribeDBClusterParameters({
        DBClusterParameterGroupName: parameterGroup,
        Source: "user",
      })
    : client.paginateDescribeDBParameters({ DBParameterGroupName: parameterGroup, Source: "user" });
  const parameters: Parameter[] = [];
  for await (const page of pages) parameters.push(...(page.Parameters ?? []));
  return new Map(
    parameters.flatMap(({ ParameterName: name, ParameterValue: value }) =>
      name === undefined || value === undefined ? [] : [[name, value]],
    ),
  );
}

async function readRds(client: RDS, target: Asked): Promise<RdsReading> {
  const servers = isCluster(target) ? readCluster(client, target) : readInstances(client, target);
  const [reading, parameters] = await Promise.all([servers, readParameters(client, target)]);
  return { ...reading, parameters };
}

/**
 * Compares a database on RDS with what was declared, through AWS's API, with the credentials that the SDK finds.
 *
 * @param timeoutMs Limit in milliseconds, and no second attempt. Default: a minute, and the SDK's attempts.
 * @throws ApiFault when the API gives no answer; findings are returned, not thrown.
 */
export async function verifyByApi(target: RdsTarget, timeoutMs?: number): Promise<RdsApiReport> {
  const { region, identifier: subject } = target;
  // Loaded when it is needed: it takes longer than all else, and few databases are on RDS.
  const { RDS: Client } = await import("@aws-sdk/client-rds");
  const client = new Client(clientOptions(region, timeoutMs));
  const question = { service: "RDS" as const, region, subject, actions: ACTIONS };
  try {
    return rdsApiReport(target, await answered(question, readRds(client, target), timeoutMs));
  } finally {
    client.destroy();
  }
}
