/** What runs where there is no Docker at all: npm's PostgreSQL on this machine, with the parameters of the component? */

import { execFile } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { serverCommand } from "../components/docker/container";
import { SUPERUSER } from "../components/docker/layout";
import { serverAccount } from "../components/local/account";
import { installBinaries } from "../components/local/binaries";
import { instancePaths, makeDirectories } from "../components/local/instance";
import { as, startServer, stopServer } from "../components/local/postmaster";
import { toCommandLine } from "../components/parameters/command-line";
import type { Settings } from "../components/parameters/settings";
import { chooseFreePort } from "../components/port";
import { docker } from "../test/docker/engine";

const run = promisify(execFile);

/** A server on 127.0.0.1 that needs no password. */
export interface BareServer {
  port: number;
  remove(): Promise<void>;
}

/** A folder on the disk of Docker's volumes: two disks would be compared otherwise. */
async function folderOnDockersDisk(): Promise<string> {
  const folder = tmpdir();
  const { DockerRootDir } = await docker.info();
  const [here, there] = await Promise.all([stat(folder), stat(DockerRootDir)]);
  if (here.dev === there.dev) return folder;
  throw new Error(
    `${folder} and ${DockerRootDir} are on two disks\nHINT: TMPDIR=<a folder on that disk> npm run bench:docker`,
  );
}

/** Makes the cluster as the image does, but for the password, and starts the server. */
export async function startBareServer(prefix: string, settings: Settings): Promise<BareServer> {
  const account = serverAccount();
  const home = await mkdtemp(path.join(await folderOnDockersDisk(), `${prefix}-`));
  const remove = () => rm(home, { recursive: true, force: true });
  try {
    await chmod(home, 0o755);
    const paths = instancePaths(home);
    await makeDirectories(paths, account);
    const archive = path.join(home, "archive");
    for (const directory of [paths.data, archive]) {
      await mkdir(directory, { mode: 0o700 });
      if (as(account).uid !== undefined) await chown(directory, account.uid, account.gid);
    }
    const binaries = await installBinaries(settings.version, home);
    const initdb = ["-D", paths.data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--data-checksums"];
    const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
    await run(binaries.initdb, [...initdb, "--locale=C.UTF-8"], { ...as(account), cwd: home, env });
    const port = await chooseFreePort(home);
    const [, ...command] = serverCommand(settings);
    // The last of two values counts.
    const own = toCommandLine({
      listen_addresses: "127.0.0.1",
      port: String(port),
      hba_file: path.join(paths.data, "pg_hba.conf"),
      "basic_archive.archive_directory": archive,
      unix_socket_directories: paths.socket,
    });
    await startServer(
      paths,
      binaries,
      account,
      ["-D", paths.data, ...command, ...own],
      port,
      () => undefined,
    );
    return {
      port,
      remove: async () => {
        await stopServer(paths, binaries, account);
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
