/** Do clients get the roots of their region, and only of theirs? */

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { caBundleUrl, certificateAuthorities } from "../../../components/rds/certificate-authorities";

const subjects = (pem: string) =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((one) =>
    new X509Certificate(one).subject.split("\n").find((part) => part.startsWith("CN=")),
  );

describe("The certificate authorities of a region", () => {
  it("are its three roots", () =>
    assert.deepEqual(subjects(certificateAuthorities("eu-central-1")).sort(), [
      "CN=Amazon RDS eu-central-1 Root CA ECC384 G1",
      "CN=Amazon RDS eu-central-1 Root CA RSA2048 G1",
      "CN=Amazon RDS eu-central-1 Root CA RSA4096 G1",
    ]));

  it("are all there are for a region that the package does not know", () => {
    const all = subjects(certificateAuthorities("mars-north-1"));
    assert.ok(all.includes("CN=Amazon RDS eu-central-1 Root CA RSA2048 G1"));
    assert.ok(all.includes("CN=Amazon RDS us-east-1 Root CA RSA2048 G1"));
  });

  it("are published by AWS for those who have them from there", () =>
    assert.equal(
      caBundleUrl("eu-central-1"),
      "https://truststore.pki.rds.amazonaws.com/eu-central-1/eu-central-1-bundle.pem",
    ));
});
