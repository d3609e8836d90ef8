/** Is an archive_command judged by what it does? Commands people use, and what is wrong with each. */

import assert from "node:assert/strict";
import {
  type ArchiveFaultKind,
  destinationDirectory,
  readArchiveCommand,
} from "../../../components/parameters/archive-command";

const COMMANDS: Record<string, ArchiveFaultKind[]> = {
  // Made for it.
  "pgbackrest --stanza=main archive-push %p": [],
  "/usr/bin/pgbackrest --stanza=main --config=/etc/pgbackrest.conf archive-push %p": [],
  'pgbackrest --stanza=main archive-push "%p"': [],
  "wal-g wal-push %p": [],
  'envdir /etc/wal-g/env wal-g wal-push "%p"': [],
  "envdir /etc/wal-e.d/env /usr/local/bin/wal-e wal-push %p": [],
  "AWS_REGION=eu-central-1 wal-g wal-push %p": [],
  "barman-wal-archive backup main %p": [],
  "barman-cloud-wal-archive -P profile s3://bucket main %p": [],
  "pg_probackup-15 archive-push -B /backup --instance main --wal-file-path %p --wal-file-name %f": [],
  "timeout 60 wal-g wal-push %p": [],
  // Safe by hand.
  "test ! -f /archive/%f && cp %p /archive/.%f.tmp && sync /archive/.%f.tmp && mv /archive/.%f.tmp /archive/%f && sync /archive":
    [],
  "cp %p /archive/%f.tmp && sync /archive/%f.tmp && ln /archive/%f.tmp /archive/%f && rm /archive/%f.tmp": [],
  "[ ! -e /archive/%f ] && dd if=%p of=/archive/.%f.part conv=fsync && mv -T /archive/.%f.part /archive/%f":
    [],
  "/usr/local/bin/safe_archive.sh %p %f /archive": [],
  "python3 /archive.py %p %f": [],
  // Stores nothing.
  "/bin/true": ["noop"],
  true: ["noop"],
  ":": ["noop"],
  "exit 0": ["noop"],
  exit: ["noop"],
  "echo %p": ["noop"],
  'echo "archiving %p" >> /tmp/log': ["noop"],
  "cd .": ["noop"],
  "test -f %p": ["noop"],
  " true ": ["noop"],
  "cp %p /dev/null": ["noop"],
  "cat %p > /dev/null": ["noop"],
  // Never succeeds.
  "'cp %p /archive/%f'": ["fails"],
  '"pgbackrest archive-push %p"': ["fails"],
  false: ["fails"],
  "/bin/false": ["fails"],
  "exit 1": ["fails"],
  // Reports success after a failure.
  "pgbackrest --stanza=main archive-push %p || true": ["swallowed"],
  "wal-g wal-push %p; true": ["swallowed"],
  "wal-g wal-push %p || :": ["swallowed"],
  "wal-g wal-push %p; exit 0": ["swallowed"],
  "wal-g wal-push %p || exit 0": ["swallowed"],
  "wal-g wal-push %p &": ["swallowed"],
  "wal-g wal-push %p | tee /tmp/log": ["swallowed"],
  "wal-g wal-push %p; echo done": ["swallowed"],
  "wal-g wal-push %p || echo failed": ["swallowed"],
  "! wal-g wal-push %p": ["swallowed"],
  "set -o pipefail; wal-g wal-push %p | tee /tmp/log": [],
  "set -e; wal-g wal-push %p; echo done": [],
  "wal-g wal-push %p || exit 1": [],
  "wal-g wal-push %p || false": [],
  "wal-g wal-push %p && echo done": [],
  "if ! wal-g wal-push %p; then exit 1; fi": [],
  "test -f /archive/%f || cp %p /archive/%f": ["swallowed", "unsynced", "sticks"],
  // Overwrites.
  "cp %p /archive/%f": ["overwrites", "unsynced"],
  "cp '%p' '/archive/%f'": ["overwrites", "unsynced"],
  "/bin/cp %p /archive/%f": ["overwrites", "unsynced"],
  "cp -i %p /archive/%f": ["overwrites", "unsynced"],
  "cp -i %p /archive/%f < /dev/null": ["overwrites", "unsynced"],
  "cp -n %p /archive/%f": ["overwrites", "unsynced"],
  "mv %p /archive/%f": ["overwrites", "unsynced"],
  "rsync -a %p /archive/%f": ["overwrites", "unsynced"],
  "rsync -a --ignore-existing %p backup@host:/archive/%f": ["overwrites"],
  "scp %p backup@host:/archive/%f": ["overwrites"],
  "aws s3 cp %p s3://bucket/%f": ["overwrites"],
  "gsutil cp %p gs://bucket/%f": ["overwrites"],
  "gzip < %p > /archive/%f.gz": ["overwrites", "unsynced"],
  "gzip -c %p > /archive/%f.gz": ["overwrites", "unsynced"],
  "cat %p > /archive/%f": ["overwrites", "unsynced"],
  "dd if=%p of=/archive/%f": ["overwrites", "unsynced"],
  "cp %p /archive/%f && sync": ["overwrites"],
  "cp %p /archive/%f.tmp && mv /archive/%f.tmp /archive/%f": ["overwrites", "unsynced"],
  "mkdir -p /archive && cp %p /archive/%f": ["overwrites", "unsynced"],
  "cp -t /archive %p": ["placeholders", "overwrites", "unsynced"],
  // The documented one: refuses to overwrite, but only that.
  "test ! -f /archive/%f && cp %p /archive/%f": ["unsynced", "sticks"],
  "[ ! -f /archive/%f ] && cp %p /archive/%f": ["unsynced", "sticks"],
  "! test -e /archive/%f && cp %p /archive/%f": ["unsynced", "sticks"],
  "if [ ! -f /archive/%f ]; then cp %p /archive/%f; else exit 1; fi": ["unsynced", "sticks"],
  "test ! -f /archive/%f && cp %p /archive/%f && sync -f /archive/%f": ["sticks"],
  "set -C; cat %p > /archive/%f": ["unsynced", "sticks"],
  // Does not know what.
  "cp /archive/%f /tmp": ["placeholders", "overwrites", "unsynced"],
  "cp %p /archive/": ["placeholders", "overwrites", "unsynced"],
  "/archive.sh %p": ["placeholders"],
  "wal-g wal-push": ["placeholders"],
  "pgbackrest archive-push": ["placeholders"],
  "cp %%p /archive/%%f": ["placeholders", "overwrites", "unsynced"],
  // Throws WAL away.
  "pgbackrest --stanza=main --archive-push-queue-max=1GB archive-push %p": ["drops"],
};

describe("an archive_command", () => {
  for (const [command, kinds] of Object.entries(COMMANDS))
    it(`\`${command}\` ${kinds.length === 0 ? "is safe" : kinds.join(", ")}`, () => {
      const faults = readArchiveCommand(command)?.faults ?? assert.fail();
      assert.deepEqual(
        faults.map(({ kind }) => kind),
        kinds,
      );
    });

  it("says where it writes", () => {
    const WHERE: Record<string, string[]> = {
      "cp %p /archive/%f": ["/archive"],
      "test ! -f /a/b/%f && cp %p /a/b/%f": ["/a/b"],
      "gzip < %p > /archive/wal/%f.gz": ["/archive/wal"],
      "dd if=%p of=/archive/%f": ["/archive"],
      "cp %p /archive/.%f.tmp && mv /archive/.%f.tmp /archive/%f": ["/archive"],
      "scp %p host:/archive/%f": [],
      "aws s3 cp %p s3://bucket/%f": [],
      "wal-g wal-push %p": [],
    };
    for (const [command, directories] of Object.entries(WHERE)) {
      const found = readArchiveCommand(command)?.destinations.map(destinationDirectory);
      assert.deepEqual([...new Set(found)], directories, command);
    }
  });
});
