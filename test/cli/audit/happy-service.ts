/** How would the happy container of the rules be written in a Compose file? */

/** The happy container as a service, for properties that the examples change; undefined for those that Compose lacks. */
export function composeService(container: Readonly<Record<string, unknown>>): object | undefined {
  const { uploads, rm, mustRun, publishAllPorts, domainname, ...known } = container;
  if (uploads || rm || mustRun === false || publishAllPorts || domainname) return undefined;
  // biome-ignore lint/suspicious/noExplicitAny: inputs of the examples.
  const given = known as any;
  return Object.fromEntries(
    Object.entries({
      image: given.image,
      command: given.command,
      entrypoint: given.entrypoints,
      environment: given.envs,
      user: given.user,
      cap_add: given.capabilities?.adds?.map((name: string) => name.replace("CAP_", "")),
      cap_drop: given.capabilities?.drops,
      security_opt: given.securityOpts,
      read_only: given.readOnly,
      privileged: given.privileged,
      tmpfs: Object.keys(given.tmpfs ?? {}),
      network_mode: given.networkMode,
      pid: given.pidMode,
      ipc: given.ipcMode,
      userns_mode: given.usernsMode,
      cgroup_parent: given.cgroupParent,
      devices: given.devices?.map(({ hostPath }: { hostPath: string }) => hostPath),
      volumes: [
        ...(given.mounts ?? []).map((mount: Record<string, unknown>) => ({
          type: mount.type ?? "volume",
          source: mount.source,
          target: mount.target,
          read_only: mount.readOnly,
          bind: mount.bindOptions,
        })),
        ...(given.volumes ?? []).map((volume: Record<string, string>) =>
          [volume.hostPath ?? volume.volumeName, volume.containerPath].filter(Boolean).join(":"),
        ),
      ],
      networks: given.networkMode
        ? undefined
        : given.networksAdvanced?.map(({ name }: { name: string }) => name),
      ports: given.ports?.map((port: Record<string, unknown>) => ({
        target: port.internal,
        published: port.external,
        host_ip: port.ip,
      })),
      mem_limit: given.memory && `${given.memory}m`,
      memswap_limit: given.memorySwap && `${given.memorySwap}m`,
      cpus: given.cpus,
      shm_size: given.shmSize && `${given.shmSize}m`,
      ulimits: given.ulimits && { nofile: 4096 },
      stop_signal: given.stopSignal,
      stop_grace_period: given.stopTimeout && `${given.stopTimeout}s`,
      restart: given.restart,
      healthcheck: given.healthcheck && { test: given.healthcheck.tests },
      logging: given.logDriver && { driver: given.logDriver, options: given.logOpts },
    }).filter(([, value]) => value !== undefined),
  );
}
