/** Which certificate does a server show? One it signed itself, which clients can be given as root. */

import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";

/** Years a certificate is good for. A deployment in its last month makes a new one. */
const YEARS = 10;
const RENEWAL = 30 * 24 * 3600 * 1000;

/** A certificate with its key, both PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

/** A new key (P-256) and a certificate for host names and addresses. */
export async function selfSigned(hosts: readonly string[]): Promise<KeyPair> {
  // Loaded when a port is opened to other machines: few databases need it.
  const { generate } = await import("selfsigned");
  const end = new Date();
  end.setFullYear(end.getFullYear() + YEARS);
  const { cert, private: key } = await generate([{ name: "commonName", value: hosts[0] ?? "postgres" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notAfterDate: end,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: hosts.map((host) => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host })),
      },
    ],
  });
  return { certificate: cert, key };
}

/** Why a certificate has to be made anew; undefined when it is good. */
export function renewalReason(
  certificate: string,
  hosts: readonly string[],
  now = Date.now(),
): string | undefined {
  const x509 = new X509Certificate(certificate);
  if (Date.parse(x509.validTo) - now < RENEWAL) return `it ends ${x509.validTo}`;
  const missing = hosts.find((host) => !(isIP(host) ? x509.checkIP(host) : x509.checkHost(host)));
  return missing && `it does not name ${missing}`;
}
