/** How are the inputs of a container said to Docker? */

import type { ContainerCreateOptions, EndpointSettings, HostConfig, MountSettings } from "dockerode";
import type { ContainerInputs } from "./container-inputs";
import { parseDuration } from "./duration";
import { labelMap } from "./resource";

const MiB = 1024 * 1024;

/** Swap of -1 is unlimited and no size. */
function swapBytes(memorySwap: number | undefined): number {
  return memorySwap !== undefined && memorySwap > 0 ? memorySwap * MiB : (memorySwap ?? 0);
}

/** Memory, CPU and restart policy: what can change while the container runs. */
export function updatable(inputs: ContainerInputs): Record<string, unknown> {
  return {
    CpuShares: inputs.cpuShares ?? 0,
    CpusetCpus: inputs.cpuSet ?? "",
    Memory: (inputs.memory ?? 0) * MiB,
    MemoryReservation: (inputs.memoryReservation ?? 0) * MiB,
    MemorySwap: swapBytes(inputs.memorySwap),
    RestartPolicy: { Name: inputs.restart ?? "no", MaximumRetryCount: inputs.maxRetryCount ?? 0 },
  };
}

function mount(input: NonNullable<ContainerInputs["mounts"]>[number]): MountSettings {
  const { bindOptions, tmpfsOptions, volumeOptions } = input;
  const driver = { Name: volumeOptions?.driverName, Options: volumeOptions?.driverOptions };
  return {
    Type: input.type,
    Source: input.source ?? "",
    Target: input.target,
    ReadOnly: input.readOnly ?? false,
    ...(bindOptions && { BindOptions: { Propagation: bindOptions.propagation } }),
    ...(tmpfsOptions && { TmpfsOptions: { SizeBytes: tmpfsOptions.sizeBytes, Mode: tmpfsOptions.mode } }),
    ...(volumeOptions && {
      VolumeOptions: {
        NoCopy: volumeOptions.noCopy ?? false,
        Labels: labelMap(volumeOptions.labels),
        ...(driver.Name && { DriverConfig: driver }),
      },
    }),
  } as MountSettings;
}

type Volumes = NonNullable<ContainerInputs["volumes"]>;

/** `source:target:flags` of the older way to mount. */
function bind({ hostPath, volumeName, containerPath, readOnly, selinuxRelabel }: Volumes[number]): string {
  const flags = [readOnly ? "ro" : "rw", ...(selinuxRelabel ? [selinuxRelabel] : [])].join(",");
  return `${hostPath ?? volumeName}:${containerPath}:${flags}`;
}

function older(volumes: Volumes): Pick<ContainerCreateOptions, "Volumes"> & { host: HostConfig } {
  const binds = volumes.filter(({ hostPath, volumeName }) => hostPath || volumeName).map(bind);
  const anonymous = volumes.filter((one) => !one.hostPath && !one.volumeName && one.containerPath);
  const from = volumes.flatMap(({ fromContainer }) => (fromContainer ? [fromContainer] : []));
  return {
    Volumes: Object.fromEntries(anonymous.map(({ containerPath }) => [containerPath ?? "", {}])),
    host: { ...(binds.length > 0 && { Binds: binds }), ...(from.length > 0 && { VolumesFrom: from }) },
  };
}

type Ports = NonNullable<ContainerInputs["ports"]>;

function portBindings(ports: Ports): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { internal, external, ip, protocol } of ports) {
    const key = `${internal}/${protocol ?? "tcp"}`;
    bindings[key] ??= [];
    bindings[key].push({ HostIp: ip ?? "0.0.0.0", HostPort: external ? String(external) : "" });
  }
  return bindings;
}

/** `systempaths=unconfined` is for the client: the daemon does not know it. */
function security(options: readonly string[]): HostConfig {
  const unconfined = "systempaths=unconfined";
  return {
    SecurityOpt: options.filter((option) => option !== unconfined),
    ...(options.includes(unconfined) && { MaskedPaths: [], ReadonlyPaths: [] }),
  };
}

function healthcheck(input: ContainerInputs["healthcheck"]): ContainerCreateOptions["Healthcheck"] {
  const nanoseconds = (text: string | undefined) => parseDuration(text ?? "0s") ?? 0;
  return (
    input && {
      Test: input.tests ?? [],
      Interval: nanoseconds(input.interval),
      Timeout: nanoseconds(input.timeout),
      StartPeriod: nanoseconds(input.startPeriod),
      Retries: input.retries ?? 0,
    }
  );
}

/** Docker has it; the types of dockerode do not. */
interface UntypedHostConfig {
  CgroupnsMode: string | undefined;
}

function hostConfig(inputs: ContainerInputs): HostConfig & UntypedHostConfig {
  return {
    ...(updatable(inputs) as HostConfig),
    ...older(inputs.volumes ?? []).host,
    ...(inputs.securityOpts && security(inputs.securityOpts)),
    AutoRemove: inputs.rm ?? false,
    CapAdd: capabilities(inputs.capabilities?.adds),
    CapDrop: capabilities(inputs.capabilities?.drops),
    CgroupnsMode: inputs.cgroupnsMode,
    CpuPeriod: inputs.cpuPeriod,
    CpuQuota: inputs.cpuQuota,
    Dns: inputs.dns,
    DnsOptions: inputs.dnsOpts,
    DnsSearch: inputs.dnsSearches,
    ExtraHosts: inputs.hosts?.map(({ host, ip }) => `${host}:${ip}`),
    GroupAdd: inputs.groupAdds,
    Init: inputs.init ?? false,
    IpcMode: inputs.ipcMode,
    LogConfig: { Type: inputs.logDriver ?? "", Config: inputs.logOpts ?? {} },
    Mounts: inputs.mounts?.map(mount),
    NanoCpus: inputs.cpus ? Math.round(Number(inputs.cpus) * 1e9) : undefined,
    NetworkMode: inputs.networkMode,
    PidMode: inputs.pidMode,
    PortBindings: portBindings(inputs.ports ?? []),
    Privileged: inputs.privileged,
    PublishAllPorts: inputs.publishAllPorts,
    ReadonlyRootfs: inputs.readOnly,
    Runtime: inputs.runtime,
    ShmSize: inputs.shmSize ? inputs.shmSize * MiB : undefined,
    StorageOpt: inputs.storageOpts,
    Sysctls: inputs.sysctls,
    Tmpfs: inputs.tmpfs,
    Ulimits: inputs.ulimits?.map(({ name, hard, soft }) => ({ Name: name, Hard: hard, Soft: soft })),
    UsernsMode: inputs.usernsMode,
  };
}

/** What `docker create` is asked. */
export function createRequest(inputs: ContainerInputs): ContainerCreateOptions {
  return {
    name: inputs.name,
    Image: inputs.image,
    Hostname: inputs.hostname,
    Domainname: inputs.domainname,
    Tty: inputs.tty,
    OpenStdin: inputs.stdinOpen,
    StopSignal: inputs.stopSignal,
    StopTimeout: inputs.stopTimeout,
    Env: inputs.envs,
    Cmd: inputs.command,
    Entrypoint: inputs.entrypoints,
    User: inputs.user,
    WorkingDir: inputs.workingDir,
    Labels: labelMap(inputs.labels),
    ExposedPorts: Object.fromEntries(Object.keys(portBindings(inputs.ports ?? [])).map((key) => [key, {}])),
    Volumes: older(inputs.volumes ?? []).Volumes,
    Healthcheck: healthcheck(inputs.healthcheck),
    HostConfig: hostConfig(inputs),
  };
}

/** The official client of Docker writes capabilities long and sorted, whatever the program says. */
function capabilities(names: readonly string[] | undefined): string[] | undefined {
  const long = names
    ?.map((name) => name.toUpperCase())
    .map((name) => (/^(ALL$|CAP_)/.test(name) ? name : `CAP_${name}`));
  return long && [...new Set(long)].sort();
}

/** How the container joins one of its networks. */
export function endpoint(input: NonNullable<ContainerInputs["networksAdvanced"]>[number]): EndpointSettings {
  return {
    Aliases: input.aliases,
    IPAMConfig: {
      IPv4Address: input.ipv4Address ?? "",
      IPv6Address: input.ipv6Address ?? "",
      LinkLocalIPs: input.linkLocalIps ?? [],
    },
    MacAddress: input.macAddress,
    DriverOpts: Object.fromEntries((input.driverOpts ?? []).map((option) => option.split("=", 2))),
  } as EndpointSettings;
}
