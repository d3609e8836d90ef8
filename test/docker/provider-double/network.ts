/** How is a Docker network made, read and removed? */

import type { NetworkCreateOptions } from "dockerode";
import { attempt, found, labelList, labelMap, type ResourceType } from "./resource";

interface IpamConfig {
  subnet?: string;
  ipRange?: string;
  gateway?: string;
  auxAddress?: Record<string, string>;
}

interface Inputs {
  name: string;
  driver?: string;
  internal?: boolean;
  attachable?: boolean;
  ingress?: boolean;
  ipv6?: boolean;
  ipamDriver?: string;
  ipamOptions?: Record<string, string>;
  ipamConfigs?: IpamConfig[];
  options?: Record<string, string>;
  labels?: { label: string; value: string }[];
}

/** Subnets as Docker wants them. */
function ipamConfig({ subnet, ipRange, gateway, auxAddress }: IpamConfig): Record<string, unknown> {
  return { Subnet: subnet, IPRange: ipRange, Gateway: gateway, AuxiliaryAddresses: auxAddress };
}

function request(inputs: Inputs): NetworkCreateOptions {
  return {
    Name: inputs.name,
    CheckDuplicate: true,
    Driver: inputs.driver,
    Internal: inputs.internal,
    Attachable: inputs.attachable,
    Ingress: inputs.ingress,
    EnableIPv6: inputs.ipv6,
    IPAM: {
      Driver: inputs.ipamDriver,
      Config: (inputs.ipamConfigs ?? []).map(ipamConfig),
      Options: inputs.ipamOptions,
    } as NetworkCreateOptions["IPAM"],
    Options: inputs.options,
    Labels: labelMap(inputs.labels),
  };
}

export const network: ResourceType = {
  defaults: { ipamDriver: "default" },
  check: () => [],
  async create(docker, inputs) {
    const options = request(inputs as unknown as Inputs);
    return (await attempt("Unable to create network", docker.createNetwork(options))).id;
  },
  async read(docker, id) {
    const there = await found(docker.getNetwork(id).inspect());
    if (!there) return undefined;
    const ipam = (there.IPAM?.Config ?? []) as Record<string, string>[];
    const outputs = {
      attachable: there.Attachable,
      driver: there.Driver,
      ingress: there.Ingress,
      internal: there.Internal,
      ipamConfigs: ipam.map((config) => ({
        auxAddress: config.AuxiliaryAddresses ?? {},
        gateway: config.Gateway ?? "",
        ipRange: config.IPRange ?? "",
        subnet: config.Subnet ?? "",
      })),
      ipamDriver: there.IPAM?.Driver ?? null,
      ipamOptions: there.IPAM?.Options ?? null,
      ipv6: there.EnableIPv6,
      labels: labelList(there.Labels),
      name: there.Name,
      options: there.Options ?? null,
      scope: there.Scope,
    };
    return { id: there.Id, outputs };
  },
  async update() {},
  async delete(docker, id) {
    await attempt("Unable to remove network", found(docker.getNetwork(id).remove()));
  },
};
