/** How is a Docker volume made, read and removed? */

import { attempt, found, labelList, labelMap, type ResourceType } from "./resource";

type Labels = { label: string; value: string }[];

export const volume: ResourceType = {
  defaults: {},
  check: () => [],
  /** Docker hands out an existing volume of that name, data and all. */
  async create(docker, inputs) {
    const name = inputs.name as string;
    const request = {
      Name: name,
      Driver: (inputs.driver as string | undefined) ?? "local",
      DriverOpts: inputs.driverOpts as Record<string, string> | undefined,
      Labels: labelMap((inputs.labels ?? []) as Labels),
    };
    await attempt("Unable to create volume", docker.createVolume(request));
    return name;
  },
  async read(docker, id) {
    const there = await found(docker.getVolume(id).inspect());
    if (!there) return undefined;
    const { Name: name, Driver: driver, Mountpoint: mountpoint } = there;
    const outputs = { cluster: null, driver, driverOpts: there.Options, mountpoint, name };
    return { id, outputs: { ...outputs, labels: labelList(there.Labels) } };
  },
  async update() {},
  async delete(docker, id) {
    await attempt("Unable to remove volume", found(docker.getVolume(id).remove({ force: true })));
  },
};
