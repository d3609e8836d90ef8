/** What does Docker report of a container, in the provider's words? */

import type { ContainerInspectInfo } from "dockerode";
import type { Properties, Value } from "../../../provider/wire";
import { formatDuration } from "./duration";

const MiB = 1024 * 1024;

/** Docker reports it; the types of dockerode do not say so. */
interface Untyped {
  Config: { StopSignal?: string; StopTimeout?: number };
  NetworkSettings: { Bridge?: string };
}

function mebibytes(bytes: number | undefined): number {
  return bytes !== undefined && bytes > 0 ? bytes / MiB : (bytes ?? 0);
}

function ports(info: ContainerInspectInfo): Value[] {
  const bound = Object.entries(info.NetworkSettings.Ports ?? {});
  return bound.flatMap(([key, bindings]) => {
    const [internal, protocol] = key.split("/");
    return (bindings ?? []).map(({ HostIp, HostPort }) => ({
      external: Number(HostPort),
      internal: Number(internal),
      ip: HostIp,
      protocol: protocol ?? "tcp",
    }));
  });
}

function networks(info: ContainerInspectInfo): Value[] {
  return Object.entries(info.NetworkSettings.Networks ?? {}).map(([networkName, network]) => ({
    gateway: network.Gateway,
    globalIpv6Address: network.GlobalIPv6Address,
    globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
    ipAddress: network.IPAddress,
    ipPrefixLength: network.IPPrefixLen,
    ipv6Gateway: network.IPv6Gateway,
    macAddress: network.MacAddress,
    networkName,
  }));
}

function mounts(info: ContainerInspectInfo): Value[] {
  return (info.HostConfig.Mounts ?? []).map((mount) => ({
    readOnly: mount.ReadOnly ?? null,
    source: mount.Source,
    target: mount.Target,
    type: mount.Type,
    bindOptions: mount.BindOptions ? { propagation: mount.BindOptions.Propagation } : null,
    tmpfsOptions: mount.TmpfsOptions
      ? { mode: mount.TmpfsOptions.Mode, sizeBytes: mount.TmpfsOptions.SizeBytes }
      : null,
    volumeOptions: mount.VolumeOptions ? { noCopy: mount.VolumeOptions.NoCopy } : null,
  }));
}

function healthcheck(info: ContainerInspectInfo): Properties | null {
  const check = info.Config.Healthcheck;
  return check
    ? {
        interval: formatDuration(check.Interval ?? 0),
        retries: check.Retries ?? 0,
        startInterval: "0s",
        startPeriod: formatDuration(check.StartPeriod ?? 0),
        tests: check.Test ?? [],
        timeout: formatDuration(check.Timeout ?? 0),
      }
    : null;
}

/** A container that should run and does not is remembered as one that need not: that is what a plan then differs in. */
function running(info: ContainerInspectInfo, known: Properties): Properties {
  const shouldRun = known.mustRun !== false;
  return {
    ...((info.State.Running || shouldRun) && hasElements(known.ports) && { ports: ports(info) }),
    ...(!info.State.Running && { exitCode: info.State.ExitCode, ...(shouldRun && { mustRun: false }) }),
  };
}

function hasElements(value: Value | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** What the released provider reads. Labels, environment, uploads and networks stay as the state has them. */
export function readState(inspected: ContainerInspectInfo, known: Properties): Properties {
  const info: ContainerInspectInfo & Untyped = inspected;
  const { Config: config, HostConfig: host } = info;
  const hasCapabilities = (host.CapAdd ?? []).length > 0 || (host.CapDrop ?? []).length > 0;
  const isById = typeof known.image === "string" && known.image.startsWith("sha256:");
  const state = {
    bridge: info.NetworkSettings.Bridge ?? "",
    networkDatas: networks(info),
    ...running(info, known),
    name: info.Name.replace(/^\//, ""),
    rm: host.AutoRemove ?? false,
    readOnly: host.ReadonlyRootfs ?? false,
    image: isById ? info.Image : config.Image,
    hostname: config.Hostname,
    domainname: config.Domainname,
    command: config.Cmd ?? [],
    entrypoints: (config.Entrypoint as string[] | null) ?? [],
    user: config.User,
    dns: host.Dns ?? null,
    dnsOpts: host.DnsOptions ?? null,
    dnsSearches: host.DnsSearch ?? null,
    securityOpts: host.SecurityOpt ?? [],
    publishAllPorts: host.PublishAllPorts ?? false,
    restart: host.RestartPolicy?.Name ?? "",
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    init: host.Init ?? false,
    workingDir: config.WorkingDir,
    ...(hasCapabilities && { capabilities: { adds: host.CapAdd ?? [], drops: host.CapDrop ?? [] } }),
    runtime: host.Runtime ?? "",
    platform: info.Platform ?? "",
    mounts: mounts(info),
    tmpfs: host.Tmpfs ?? null,
    privileged: host.Privileged ?? false,
    memory: mebibytes(host.Memory),
    memoryReservation: mebibytes(host.MemoryReservation),
    memorySwap: mebibytes(host.MemorySwap),
    shmSize: mebibytes(host.ShmSize),
    cpuShares: host.CpuShares ?? 0,
    cpuSet: host.CpusetCpus ?? "",
    logDriver: host.LogConfig?.Type ?? "",
    logOpts: known.logOpts ? (host.LogConfig?.Config ?? null) : null,
    networkMode: host.NetworkMode ?? "",
    usernsMode: host.UsernsMode ?? "",
    ...(config.Healthcheck && { healthcheck: healthcheck(info) }),
    sysctls: (host.Sysctls as Properties | undefined) ?? null,
    ipcMode: host.IpcMode ?? "",
    groupAdds: host.GroupAdd ?? null,
    tty: config.Tty,
    stdinOpen: config.OpenStdin,
    stopSignal: config.StopSignal ?? "",
    stopTimeout: config.StopTimeout ?? null,
  };
  return state as Properties;
}
