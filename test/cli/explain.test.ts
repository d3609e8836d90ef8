/** What `explain` says, as a table and as JSON. */

import assert from "node:assert/strict";
import {
  EXPLAINED_TARGETS,
  type ExplainOptions,
  explainedSettings,
  explainJson,
  explainText,
} from "../../cli/explain";
import { archiveParameters } from "../../components/backup/objectives";
import { parameterValues, resolveSettings } from "../../components/parameters/settings";

const GB = 2 ** 30;
const options = (given: Partial<ExplainOptions> = {}): ExplainOptions => ({
  target: "docker",
  memory: "8GiB",
  cpus: "4",
  set: [],
  ...given,
});
const settings = explainedSettings(options());

describe("explain", () => {
  it("prints exactly the crash-friendly set for 8 GiB, on every target and with 1 to 16 CPUs", () => {
    for (const target of EXPLAINED_TARGETS)
      for (const cpus of ["1", "2", "4", "8", "16"]) {
        const values = parameterValues(explainedSettings(options({ target, cpus })));
        const expected = {
          synchronous_commit: "on",
          fsync: "on",
          full_page_writes: "on",
          wal_level: "replica",
          checkpoint_timeout: "5min",
          max_wal_size: "1GB",
          min_wal_size: "80MB",
          max_connections: "100",
          shared_buffers: "2GB",
          effective_cache_size: "6GB",
          maintenance_work_mem: "512MB",
          work_mem: "16MB",
        };
        assert.deepEqual(
          Object.fromEntries(Object.keys(expected).map((name) => [name, values[name]])),
          expected,
        );
      }
  });

  it("resolves what the options say, as a stack would", () => {
    const given = options({
      target: "local",
      version: "17",
      storage: "hdd",
      workload: "dw",
      maxConnections: "30",
      activeConnections: "5",
      set: ["jit=off", "log_line_prefix=%m = [%p] "],
    });
    assert.deepEqual(
      explainedSettings(given),
      resolveSettings({
        version: "17",
        machine: { memory: 8 * GB, cpus: 4, storage: "hdd", workload: "dw" },
        activeConnections: 5,
        target: archiveParameters(),
        parameters: { jit: "off", log_line_prefix: "%m = [%p] ", max_connections: 30 },
      }),
    );
  });

  it("shows what follows from the target", () => {
    const { archive_mode } = settings.parameters;
    assert.deepEqual([archive_mode?.value, archive_mode?.origin], ["on", "target"]);
    assert.match(explainText(settings), /archive_mode +│ on +│ +│ target +│ fixed/);
  });

  it("takes two CPUs for a server away from this machine", () => {
    assert.equal(explainedSettings(options({ cpus: undefined })).machine.cpus, 2);
    assert.equal(explainedSettings(options({ target: "rds", cpus: undefined })).machine.cpus, 2);
  });

  it("may ask for more memory than this machine has", () => {
    assert.equal(
      explainedSettings(options({ target: "local", memory: "16TiB" })).machine.memory,
      16 * 1024 * GB,
    );
  });

  it("does not take this machine's memory for a server away from it", () => {
    assert.equal(explainedSettings(options({ memory: undefined })).machine.memory, 4 * GB);
    assert.throws(() => explainedSettings(options({ target: "rds", memory: undefined })), {
      message: "target rds is sized from its configuration, not from this machine\nHINT: --memory 8GiB",
    });
  });

  it("refuses another target, and what is no assignment", () => {
    assert.throws(() => explainedSettings(options({ target: "azure" })), {
      message: "target azure is not one of local, docker, rds\nHINT: --target local",
    });
    for (const entry of ["work_mem", "=8MB", ""])
      assert.throws(() => explainedSettings(options({ set: [entry] })), {
        message: `--set ${entry} is not name=value\nHINT: --set work_mem=32MB`,
      });
  });

  it("refuses what a deployment would refuse, in the same words", () => {
    assert.throws(() => explainedSettings(options({ set: ["fsync=off"], cpus: "two" })), {
      name: "Faults",
      message: [
        'cpus "two" is not a whole number from 1 to 1024',
        "HINT: write `cpus: 1`",
        "parameter fsync = off is refused: a power cut can leave the cluster unreadable",
        "HINT: remove `fsync` from parameters",
      ].join("\n"),
    });
  });
});

describe("explain of a recovery time", () => {
  const recovering = explainedSettings(options({ rto: "25s" }));

  it("shows what it decides, and the sum", () => {
    const text = explainText(recovering);
    assert.match(text, /checkpoint_timeout +│ 30s +│ s +│ objective │ reload/);
    assert.match(text, /max_wal_size +│ 448MB +│ MB +│ objective │ reload/);
    assert.match(text, /^25s rto ≥ 24\.5s = 5s to start \+ 448MB max_wal_size at 23MB\/s /m);
    assert.deepEqual(JSON.parse(explainJson(recovering)).recovery, {
      rto: 25,
      replayRate: 23,
      measuredAt: null,
    });
  });

  it("is refused where it cannot be met, and where it decides on no parameter", () => {
    assert.throws(
      () => explainedSettings(options({ rto: "5s" })),
      /^Fault: durability\.rto 5s cannot be met: /,
    );
    assert.throws(() => explainedSettings(options({ target: "rds", rto: "1min" })), {
      message:
        "durability.rto decides on the topology of RDS, and on no parameter: a standby takes over\nHINT: leave --rto away; docs/rds.md",
    });
  });
});

describe("explain as JSON", () => {
  it("is the parameters by name, and the memory budget", () => {
    const { memoryBudget, ...parameters } = JSON.parse(explainJson(settings));
    assert.deepEqual(parameters, settings.parameters);
    assert.deepEqual(memoryBudget, settings.memoryBudget);
    assert.deepEqual(parameters.shared_buffers, {
      value: "2GB",
      unit: "8kB",
      origin: "computed",
      context: "restart",
      formula: "memory / 4",
      reason: "PostgreSQL's own cache.",
    });
  });
});

describe("explain as text", () => {
  const lines = explainText(settings).split("\n");

  it("says first what for", () => {
    assert.equal(lines[0], "PostgreSQL 15, 8GB of memory, 4 CPUs, storage ssd, workload web");
  });

  it("has a row for each parameter, with value, unit, origin and change", () => {
    const cells = lines
      .filter((line) => /^│ [a-z_]+ /.test(line))
      .map((line) =>
        line
          .split("│")
          .slice(1, 6)
          .map((cell) => cell.trim()),
      );
    const rows = Object.entries(settings.parameters).map(([name, { value, unit, origin, context }]) => [
      name,
      value,
      unit ?? "",
      origin,
      context,
    ]);
    for (const row of rows)
      assert.ok(
        cells.some((cell) => cell.join() === row.join()),
        row.join(),
      );
    assert.equal(rows.length, 44);
  });

  it("has a row for each term of the memory budget, and the inequality", () => {
    for (const { name, bytes } of settings.memoryBudget.terms) {
      const megabytes = `${Math.ceil(bytes / 2 ** 20)}MB`;
      assert.ok(
        lines.some((line) => line.includes(name) && line.includes(megabytes)),
        name,
      );
    }
    assert.ok(lines.some((line) => /total +│ +7421MB │ of 8GB/.test(line)));
    assert.ok(lines.includes(settings.memoryBudget.inequality));
  });

  it("has no colours: it goes into files, too", () => {
    assert.ok(!explainText(settings).includes("\u001b"));
  });
});
