/** Rules between values: for each row a case that breaks it, and the nearest one that does not. */

import assert from "node:assert/strict";
import type { Version } from "../../../components/parameters/postgres";
import { RULES } from "../../../components/parameters/rules";
import { resolveSettings } from "../../../components/parameters/settings";
import type { ParameterInput } from "../../../components/parameters/user-values";

const machine = { memory: 8 * 2 ** 30, cpus: 4, storage: "ssd", workload: "web" } as const;

interface Case {
  version?: Version;
  broken: Record<string, ParameterInput>;
  message: string;
  kept: Record<string, ParameterInput>;
}

/** By the rule's name. */
const CASES: Record<string, readonly Case[]> = {
  "min_wal_size holds two WAL segments": [
    {
      broken: { min_wal_size: "31MB" },
      message:
        "min_wal_size 31MB is below two WAL segments of 16MB, and the server would not start\nHINT: write `min_wal_size: 80MB` under parameters",
      kept: { min_wal_size: "32MB" },
    },
  ],
  "min_wal_size is not above max_wal_size": [
    {
      broken: { min_wal_size: "1025MB" },
      message:
        "min_wal_size 1025MB is above max_wal_size 1GB\nHINT: write `min_wal_size: 1GB` under parameters",
      kept: { min_wal_size: "1GB" },
    },
    {
      broken: { max_wal_size: "64MB" },
      message:
        "min_wal_size 80MB is above max_wal_size 64MB\nHINT: write `min_wal_size: 64MB` under parameters",
      kept: { max_wal_size: "80MB" },
    },
  ],
  "reserved connections leave room for applications": [
    {
      broken: { max_connections: 3 },
      message:
        "max_connections 3 leaves no connection to applications: 3 are reserved\nHINT: write `max_connections: 13` under parameters",
      kept: { max_connections: 4 },
    },
    {
      version: "16",
      broken: { max_connections: 10, reserved_connections: 7 },
      message:
        "max_connections 10 leaves no connection to applications: 10 are reserved\nHINT: write `max_connections: 20` under parameters",
      kept: { max_connections: 10, reserved_connections: 6 },
    },
  ],
  "parallel workers come out of the worker processes": [
    {
      broken: { max_parallel_workers: 9 },
      message:
        "max_parallel_workers 9 is above max_worker_processes 8, which it is taken from\nHINT: write `max_worker_processes: 9` under parameters",
      kept: { max_parallel_workers: 8 },
    },
  ],
  "autovacuum workers have slots": [
    {
      version: "18",
      broken: { autovacuum_max_workers: 17 },
      message:
        "autovacuum_max_workers 17 is above autovacuum_worker_slots 16\nHINT: write `autovacuum_worker_slots: 17` under parameters",
      kept: { autovacuum_max_workers: 6, autovacuum_worker_slots: 6 },
    },
    {
      version: "18",
      broken: { autovacuum_worker_slots: 2 },
      message:
        "autovacuum_max_workers 3 is above autovacuum_worker_slots 2\nHINT: write `autovacuum_worker_slots: 3` under parameters",
      kept: { autovacuum_worker_slots: 3 },
    },
  ],
  "one way of archiving": [
    {
      broken: { archive_mode: "on", archive_command: "pgbackrest archive-push %p", archive_library: "y" },
      message:
        "archive_command and archive_library are both set: the server takes the library, or from version 16 on neither\nHINT: write `archive_command: ''` under parameters",
      kept: { archive_mode: "on", archive_command: "pgbackrest archive-push %p" },
    },
  ],
  "archiving goes somewhere": [
    {
      broken: { archive_mode: "on" },
      message:
        "archive_mode is on without archive_command or archive_library: WAL would pile up until the disk is full\nHINT: write `archive_mode: off` under parameters",
      kept: { archive_mode: "on", archive_library: "basic_archive" },
    },
  ],
  "archive_command keeps every segment": [
    {
      broken: { archive_mode: "on", archive_command: "cp %p /archive/%f" },
      message:
        "archive_command `cp %p /archive/%f`: cp overwrites a segment of that name: two servers, or a restored one, destroy each other's archive\nHINT: write `archive_command: pgbackrest --stanza=main archive-push %p` under parameters",
      kept: {
        archive_mode: "on",
        archive_command: "test ! -f /archive/%f && cp %p /archive/%f && sync /archive/%f",
      },
    },
    {
      broken: { archive_mode: "on", archive_command: "/bin/true" },
      message:
        "archive_command `/bin/true`: it stores nothing and says the segment is archived: the server deletes it, and no backup can be recovered beyond it\nHINT: write `archive_command: pgbackrest --stanza=main archive-push %p` under parameters",
      kept: { archive_mode: "off", archive_command: "" },
    },
  ],
  "WAL senders need WAL": [
    {
      broken: { max_wal_senders: 0 },
      message:
        "max_wal_senders 0 allows neither base backups nor standbys\nHINT: write `max_wal_senders: 10` under parameters",
      kept: { max_wal_senders: 1 },
    },
  ],
};

describe("the rules between values", () => {
  it("have a case each, and each case has a rule", () => {
    assert.deepEqual(
      Object.keys(CASES),
      RULES.map(({ name }) => name),
    );
  });

  for (const [name, cases] of Object.entries(CASES))
    for (const { version, broken, message, kept } of cases) {
      it(`${name}: broken by ${JSON.stringify(broken)}`, () => {
        assert.throws(() => resolveSettings({ version, machine, parameters: broken }), {
          name: "Fault",
          message,
        });
      });

      it(`${name}: kept by ${JSON.stringify(kept)}`, () => {
        assert.doesNotThrow(() => resolveSettings({ version, machine, parameters: kept }));
      });

      it(`${name}: kept by what the HINT says about ${JSON.stringify(broken)}`, () => {
        const [, parameter = "", value = ""] = /write `(\w+): (.*)` under parameters$/.exec(message) ?? [];
        const mended = { ...broken, [parameter]: value === "''" ? "" : value };
        assert.doesNotThrow(() => resolveSettings({ version, machine, parameters: mended }));
      });
    }
});
