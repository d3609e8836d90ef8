/** `durable-postgres:index:Certificate`: a key and a certificate that signs itself. */

import { type KeyPair, renewalReason, selfSigned } from "../components/tls/certificate";
import type { ResourceType } from "./resource";

/** Inputs of `Certificate`. */
export interface CertificateInputs {
  /** Names and addresses that clients may use. */
  hosts: string[];
}

export const certificate: ResourceType<CertificateInputs, KeyPair> = {
  secrets: ["key"],
  async diff(known, { hosts }, log) {
    const reason = renewalReason(known.outputs.certificate, hosts);
    if (reason === undefined) return [];
    log.info(`new certificate: ${reason}`);
    return ["hosts"];
  },
  preview: (inputs, known) =>
    known && renewalReason(known.outputs.certificate, inputs.hosts ?? []) === undefined ? known.outputs : {},
  async create({ hosts }) {
    return { id: hosts[0] ?? "certificate", outputs: await selfSigned(hosts) };
  },
  update: (_, { hosts }) => selfSigned(hosts),
  async read(known) {
    return known.outputs;
  },
  async delete() {},
};
