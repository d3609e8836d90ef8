/** On which of the machine's addresses is a container published? */

import { flag, isAbsent, knownText, list, type Properties, record } from "./known";

/** Every address of the machine; the default of Docker and of the provider. */
export function isEveryAddress(ip: unknown): boolean {
  const written = knownText(ip)
    ?.replace(/^\[|\]$/g, "")
    .trim();
  return isAbsent(ip) || ["", "0.0.0.0", "::", "*", "0"].includes(written ?? "not known");
}

/** Whether only this machine and the container's own networks reach it: no port is published by default. */
export function isPrivate({ ports, publishAllPorts, networkMode }: Properties): boolean {
  return (
    flag(publishAllPorts) !== true &&
    knownText(networkMode) !== "host" &&
    list(ports).every((port) => /^(127\.|::1$)/.test(knownText(record(port).ip) ?? ""))
  );
}
