/** What does `durable-postgres start` say at its end? What runs, and how to use it. */

import Table from "cli-table3";
import type { Settings } from "../../components/parameters/settings";
import type { StackOutputs } from "../project";
import { comparedText } from "../verify";

type Row = [name: string, value: string];

/** The budget's estimate of shared memory, beside which the summary shows what the server took. */
function sharedBudget({ memoryBudget }: Settings): string {
  const bytes = memoryBudget.terms.find((term) => term.name === "shared memory")?.bytes ?? 0;
  return `${Math.ceil(bytes / 1024 ** 2)}MB`;
}

/** `name=value` of the parameters that the target has. */
function values({ parameters }: Settings, names: string[]): string {
  return names.flatMap((name) => (parameters[name] ? [`${name}=${parameters[name].value}`] : [])).join(" ");
}

/** What is known of a server that was asked itself. */
function serverRows({ verification, settings }: StackOutputs): Row[] {
  const durability = values(settings, ["fsync", "synchronous_commit", "full_page_writes"]);
  if (verification.by === "RDS API")
    return [
      ["server", `PostgreSQL ${verification.server.version}`],
      ["durability", durability],
    ];
  const { version, startedAt, dataChecksums, sharedMemory } = verification.server;
  return [
    ["server", `PostgreSQL ${version}, started ${startedAt}`],
    ["durability", `${durability}, data checksums ${dataChecksums}`],
    ["shared memory", `${sharedMemory} taken, ${sharedBudget(settings)} budgeted`],
  ];
}

/** On RDS `destroy` stops at the database, unless its deletion was deployed. */
function stopRows(stack: string, { verification }: StackOutputs): Row[] {
  if (verification.by === "RDS API" || verification.rds) return [];
  return [["stop it", `npx durable-postgres pulumi destroy --stack ${stack}   (keeps the data)`]];
}

/** What was deployed, as a table. */
export function summary(stack: string, outputs: StackOutputs): string {
  const { host, port, database, user, verification, settings } = outputs;
  const table = new Table({ style: { head: [], border: [], compact: true } });
  const { findings } = verification;
  const warnings =
    findings.length === 0
      ? ""
      : `, ${findings.length} warnings: npx durable-postgres verify --stack ${stack}`;
  const [server, durability, ...shared] = serverRows(outputs) as [Row, Row, ...Row[]];
  table.push(
    server,
    ["address", `${host}:${port}, database ${database}, user ${user}`],
    durability,
    ["memory", values(settings, ["shared_buffers", "work_mem", "maintenance_work_mem"])],
    ...shared,
    ["verified", `${comparedText(verification)}${warnings}`],
    ["use it", `npx durable-postgres exec --stack ${stack} -- psql`],
    ...stopRows(stack, outputs),
  );
  return table.toString();
}
