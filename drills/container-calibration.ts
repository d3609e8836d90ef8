/** How fast are disk and recovery where Docker keeps a database's volume? Measured in a throw-away copy of its container. */

import type { DockerBackupLocation } from "../components/backup/store";
import { withEngine } from "../components/docker/engine";
import { dataLayout } from "../components/docker/layout";
import { Fault } from "../components/faults";
import type { Progress } from "../components/progress";
import {
  DISK_BYTES,
  FLUSHING_MS,
  MB,
  type Measurement,
  median,
  PAGE,
  PAGES,
  rate,
  replayRate,
  UNCHECKED,
} from "./calibration";
import { ContainerCopy } from "./container-copy";
import { copyContainer } from "./docker-server";
import type { DrillServerArgs } from "./server";

/**
 * Perl has no fdatasync. With O_DSYNC each write is flushed as by one: https://man7.org/linux/man-pages/man2/open.2.html
 * Prints the microseconds of each, and the seconds that the bytes took.
 */
const PROGRAM = `
use strict; use warnings;
use Fcntl qw(O_RDWR O_CREAT O_EXCL O_DSYNC); use IO::Handle; use Time::HiRes qw(time);
my ($file, $page, $pages, $seconds, $bytes, $chunk) = @ARGV;
sub create { sysopen(my $handle, $file, O_RDWR | O_CREAT | O_EXCL | $_[0], 0600) or die "$file: $!"; $handle }
sub put { my ($handle, $content) = @_; syswrite($handle, $content) == length $content or die "$file: $!" }
sub noise { open(my $source, "<:raw", "/dev/urandom") or die $!; read($source, my $noise, $_[0]); $noise }

my $allocated = create(0); put($allocated, "\0" x ($page * $pages)); $allocated->sync or die "$file: $!"; close $allocated;
sysopen(my $flushed, $file, O_RDWR | O_DSYNC) or die "$file: $!";
my ($content, @times) = noise($page);
for (my $end = time + $seconds; time < $end; ) {
  sysseek($flushed, (@times % $pages) * $page, 0);
  my $begin = time; put($flushed, $content); push @times, (time - $begin) * 1e6;
}
unlink $file;

$content = noise($chunk);
my $handle = create(0);
my $begin = time;
for (my $written = 0; $written < $bytes; $written += $chunk) { put($handle, $content) }
$handle->sync or die "$file: $!";
my $took = time - $begin;
unlink $file;
print join(" ", $took, @times), "\n";
`;

/** In the data volume, where nothing else of the copy has its name. */
const FILE = "calibration";

class CalibratedCopy extends ContainerCopy {
  /** Flushes and bytes, beside a server that does nothing. */
  async storage(): Promise<Pick<Measurement, "fdatasync" | "diskRate">> {
    const file = `${dataLayout(this.args.version).data}/${FILE}`;
    const numbers = [PAGE, PAGES, FLUSHING_MS / 1000, DISK_BYTES, MB].map(String);
    const { code, stdout, stderr } = await this.run(["perl", "-", file, ...numbers], PROGRAM);
    if (code !== 0)
      throw new Fault(
        `the storage of Docker's volumes cannot be measured: ${stderr.trim()}`,
        "look for room on it: docker system df",
      );
    const [seconds = 0, ...times] = stdout.trim().split(" ").map(Number);
    return { fdatasync: median(times), diskRate: rate(DISK_BYTES, seconds) };
  }
}

/** A new volume is where Docker keeps volumes: somebody's own driver or device is another storage. */
async function refuseOwnStorage({ engine, volumes }: DockerBackupLocation): Promise<void> {
  const { Driver, Options } = await withEngine(engine, (docker) => docker.getVolume(volumes.data).inspect());
  const own = Object.entries(Options ?? {}).map(([name, value]) => `${name}=${value}`);
  if (Driver === "local" && own.length === 0) return;
  throw new Fault(
    `the volume ${volumes.data} has a storage of its own (${[`driver ${Driver}`, ...own].join(", ")}), and a copy would be measured on another one`,
    "measure a server on that storage yourself and write `calibration: { replayRate: … }`, in MB of WAL in a second",
  );
}

/**
 * Measures disk and recovery with the image, the limits and the settings of a stack's container, in volumes that it makes
 * and removes.
 *
 * @throws Fault where a new volume would be on another storage than the stack's.
 */
export async function calibrateContainer(
  source: DockerBackupLocation,
  { version, parameters }: Pick<DrillServerArgs, "version" | "parameters">,
  progress: Progress,
): Promise<Measurement> {
  await refuseOwnStorage(source);
  progress.status("making a copy of the container");
  const args = { version, parameters: { ...parameters, ...UNCHECKED } };
  const make = (...of: Parameters<Parameters<typeof copyContainer>[1]>) =>
    new CalibratedCopy(...of, source, args);
  const copy = await copyContainer(source, make);
  progress.status(`flushing pages of 8 kB and writing ${DISK_BYTES / MB} MB`);
  const storage = await copy.storage().catch(async (error) => {
    await copy.remove();
    throw error;
  });
  return { ...storage, ...(await replayRate(copy, progress)) };
}
