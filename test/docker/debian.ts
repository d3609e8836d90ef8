/** How does this machine get Debian packages, and how do others get them the same way? */

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { showElapsed } from "../../toolchain/long-step";

const run = promisify(execFile);

/** Runs a command with its elapsed time on stderr. */
export async function step(title: string, command: string, args: readonly string[]): Promise<void> {
  const finish = showElapsed(title);
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run(command, args, { env, maxBuffer: 64 << 20 });
  } finally {
    finish();
  }
}

/** True for root on Debian or Ubuntu. */
export async function canInstallPackages(): Promise<boolean> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return process.getuid?.() === 0 && /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

export async function installPackages(names: readonly string[]): Promise<void> {
  await step("looking for Debian packages", "apt-get", ["update"]);
  await step(`installing ${names.join(", ")}`, "apt-get", ["install", "-y", ...names]);
}

/** The Debian mirror that apt uses here; undefined where it uses none. */
export async function debianMirror(): Promise<string | undefined> {
  const format = ["--format", "$(ORIGIN) $(SITE)", "Identifier: Packages"];
  const { stdout } = await run("apt-get", ["indextargets", ...format]);
  const sites = stdout.split("\n").flatMap((line) => /^Debian (\S+)$/.exec(line)?.[1] ?? []);
  return sites.find((site) => !site.includes("security"));
}

/** How apt gets through here: proxies, certificates, what it does not check. A file for apt.conf.d. */
export async function aptConnection(): Promise<string> {
  const { stdout } = await run("apt-config", ["dump", "--format", '%F "%v";%n']);
  const wanted = /^Acquire::(https?|ftp|Retries|Check-)/;
  const lines = stdout.split("\n").filter((line) => wanted.test(line));
  return lines.map((line) => `${line}\n`).join("");
}

/** Proxy variables, which Docker's builder takes as arguments without leaving them in the image. */
export function proxyArguments(): Record<string, string> {
  const names = ["http_proxy", "https_proxy", "no_proxy"].flatMap((name) => [name, name.toUpperCase()]);
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] ? [[name, process.env[name] ?? ""]] : [])),
  );
}
