/**
 * What does the RDS API say? A server on this machine that speaks the Query protocol in place of AWS's; clients find it
 * by `AWS_ENDPOINT_URL_RDS`.
 *
 * Answers DescribeDBInstances and DescribeDBClusters of one identifier, and DescribeDBParameters and
 * DescribeDBClusterParameters of one group with `Source=user`. Filters, other actions and signatures are not looked at:
 * any access key is good. Of an instance or a cluster only what a verification reads is told.
 */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Values that wait for the maintenance window, by property: `{ DBInstanceClass: "db.m7g.xlarge" }`. */
export type Values = Readonly<Record<string, string | number | boolean>>;

export interface Instance {
  parameterGroup: string;
  /** Default: `available`. */
  status?: string;
  /** Default: `15.9`. */
  version?: string;
  /** `ParameterApplyStatus`. Default: `in-sync`. */
  applied?: string;
  /** Identifiers, or ARNs of those in other regions. */
  replicas?: readonly string[];
  pending?: Values;
  /** Further properties, such as `DBInstanceClass`. */
  properties?: Values;
  /** Further properties that are no single values, as XML. */
  nested?: string;
}

export interface Cluster extends Omit<Instance, "applied" | "replicas"> {
  members: readonly { identifier: string; applied?: string }[];
}

/** What there is. Edited by tests, between requests. */
export interface RdsState {
  instances: Record<string, Instance>;
  clusters: Record<string, Cluster>;
  /** Parameters that somebody set, by group. */
  groups: Record<string, Readonly<Record<string, string>>>;
  /** What every request gets instead of an answer: `{ code: "AccessDenied", status: 403 }`. */
  refusal?: { code: string; status: number };
  /** Parameters in an answer; a marker leads to the next. Default: 100, which is AWS's. */
  pageSize: number;
}

/** A refusal of AWS's. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
  ) {
    super(`${code} of the double`);
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

export function elements(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => element(name, escaped(String(value))))
    .join("");
}

export function instanceXml(identifier: string, instance: Instance): string {
  const { status = "available", version = "15.9", applied = "in-sync", parameterGroup } = instance;
  const group = elements({ DBParameterGroupName: parameterGroup, ParameterApplyStatus: applied });
  const replicas = (instance.replicas ?? []).map((name) =>
    elements({ ReadReplicaDBInstanceIdentifier: name }),
  );
  return element(
    "DBInstance",
    elements({ DBInstanceIdentifier: identifier, DBInstanceStatus: status, EngineVersion: version }) +
      elements(instance.properties ?? {}) +
      (instance.nested ?? "") +
      element("DBParameterGroups", element("DBParameterGroup", group)) +
      element("ReadReplicaDBInstanceIdentifiers", replicas.join("")) +
      element("PendingModifiedValues", elements(instance.pending ?? {})),
  );
}

export function clusterXml(identifier: string, cluster: Cluster): string {
  const { status = "available", version = "15.9", parameterGroup } = cluster;
  const members = cluster.members.map(({ identifier: name, applied = "in-sync" }, index) =>
    element(
      "DBClusterMember",
      elements({
        DBInstanceIdentifier: name,
        IsClusterWriter: index === 0,
        DBClusterParameterGroupStatus: applied,
      }),
    ),
  );
  return element(
    "DBCluster",
    elements({ DBClusterIdentifier: identifier, Status: status, EngineVersion: version }) +
      (cluster.nested ?? "") +
      elements({ DBClusterParameterGroup: parameterGroup, ...cluster.properties }) +
      element("DBClusterMembers", members.join("")) +
      element("PendingModifiedValues", elements(cluster.pending ?? {})),
  );
}

/** The double. */
export class RdsApi {
  readonly state: RdsState = { instances: {}, clusters: {}, groups: {}, pageSize: 100 };
  /** `<action> <identifier or group>`, in the order they came. */
  readonly requests: string[] = [];
  private server: Server | undefined;

  /** Value of `AWS_ENDPOINT_URL_RDS`. */
  get url(): string {
    if (!this.server) throw new Error("not started");
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Variables under which a process asks this and not AWS. */
  get env(): Record<string, string> {
    return { AWS_ENDPOINT_URL_RDS: this.url, AWS_ACCESS_KEY_ID: "double", AWS_SECRET_ACCESS_KEY: "double" };
  }

  async start(): Promise<void> {
    this.server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const { status, text } = await this.answer(new URLSearchParams(body));
      response.writeHead(status, { "content-type": "text/xml" }).end(text);
    });
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  /** The instance of an identifier. Overridden where any is to be there. */
  protected async instance(identifier: string): Promise<Instance> {
    return found(this.state.instances[identifier], "DBInstanceNotFound");
  }

  protected async cluster(identifier: string): Promise<Cluster> {
    return found(this.state.clusters[identifier], "DBClusterNotFoundFault");
  }

  protected async group(name: string): Promise<Readonly<Record<string, string>>> {
    return found(this.state.groups[name], "DBParameterGroupNotFound");
  }

  private async answer(query: URLSearchParams): Promise<{ status: number; text: string }> {
    const action = query.get("Action") ?? "";
    try {
      const { refusal } = this.state;
      if (refusal) throw new Refusal(refusal.code, refusal.status);
      const result = element(`${action}Result`, await this.result(action, query));
      const text = `<${action}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/">${result}</${action}Response>`;
      return { status: 200, text };
    } catch (error) {
      const { code, status, message } = error as Refusal;
      const fault = elements({ Type: "Sender", Code: code, Message: message });
      return { status: status ?? 500, text: element("ErrorResponse", element("Error", fault)) };
    }
  }

  protected async result(action: string, query: URLSearchParams): Promise<string> {
    const named = (parameter: string) => {
      const name = query.get(parameter) ?? "";
      this.requests.push(`${action} ${name}`);
      return name;
    };
    switch (action) {
      case "DescribeDBInstances": {
        const identifier = named("DBInstanceIdentifier");
        return element("DBInstances", instanceXml(identifier, await this.instance(identifier)));
      }
      case "DescribeDBClusters": {
        const identifier = named("DBClusterIdentifier");
        return element("DBClusters", clusterXml(identifier, await this.cluster(identifier)));
      }
      case "DescribeDBParameters":
        return this.parameters(named("DBParameterGroupName"), query.get("Marker"));
      case "DescribeDBClusterParameters":
        return this.parameters(named("DBClusterParameterGroupName"), query.get("Marker"));
      default:
        throw new Refusal("InvalidAction", 400);
    }
  }

  private async parameters(group: string, marker: string | null): Promise<string> {
    const all = Object.entries(await this.group(group));
    const [start, end] = [Number(marker ?? 0), Number(marker ?? 0) + this.state.pageSize];
    const rows = all
      .slice(start, end)
      .map(([name, value]) => elements({ ParameterName: name, ParameterValue: value, Source: "user" }));
    const next = end < all.length ? elements({ Marker: end }) : "";
    return element("Parameters", rows.map((row) => element("Parameter", row)).join("")) + next;
  }
}

export function found<Value>(value: Value | undefined, code: string): Value {
  if (value === undefined) throw new Refusal(code, 404);
  return value;
}

/**
 * Knows every database, available and in sync with the group that is asked about in the same breath. For programs whose
 * names are not known beforehand.
 */
export class AgreeableRdsApi extends RdsApi {
  private readonly groups: string[] = [];
  private readonly waiting: ((group: string) => void)[] = [];

  /** @param parametersOf What a group of this name holds. */
  constructor(private readonly parametersOf: (group: string) => Readonly<Record<string, string>>) {
    super();
  }

  protected override async instance(identifier: string): Promise<Instance> {
    return this.state.instances[identifier] ?? { parameterGroup: await this.askedGroup() };
  }

  protected override async cluster(identifier: string): Promise<Cluster> {
    const members = [1, 2, 3].map((number) => ({ identifier: `${identifier}-instance-${number}` }));
    return this.state.clusters[identifier] ?? { parameterGroup: await this.askedGroup(), members };
  }

  protected override async group(name: string): Promise<Readonly<Record<string, string>>> {
    const waiting = this.waiting.shift();
    if (waiting) waiting(name);
    else this.groups.push(name);
    return this.state.groups[name] ?? this.parametersOf(name);
  }

  /** A verification asks about one database and one group, in any order. */
  private askedGroup(): Promise<string> {
    const group = this.groups.shift();
    return group === undefined
      ? new Promise((resolve) => this.waiting.push(resolve))
      : Promise.resolve(group);
  }
}
