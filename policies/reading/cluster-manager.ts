/** Does a cluster manager run the server, which restarts and configures it by itself? */

import type { Resource } from "../rule";
import { knownText, list, record } from "./known";

const MANAGER = /patroni|spilo|repmgr|stolon|pg_auto_failover|pgautofailover|autobase/i;

/** By the image's name, the labels and the environment of a container. */
export function isManagedByCluster(resource: Resource | undefined): boolean {
  if (!resource) return false;
  const { image, labels, envs } = resource.properties;
  const names = [
    knownText(image),
    ...list(labels).flatMap((entry) => [knownText(record(entry).label), knownText(record(entry).value)]),
    ...list(envs).map((entry) => knownText(entry)?.slice(0, 100).split("=")[0]),
  ];
  return names.some((name) => name !== undefined && MANAGER.test(name.slice(0, 1000)));
}
