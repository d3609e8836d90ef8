/** Certificates that sign themselves. */

import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { renewalReason, selfSigned } from "../../../components/tls/certificate";

const HOSTS = ["db.example.com", "192.0.2.7", "2001:db8::1"];
const DAY = 24 * 3600 * 1000;

describe("a certificate", () => {
  it("names its hosts and addresses, belongs to its key, and signs itself", async () => {
    const { certificate, key } = await selfSigned(HOSTS);
    const x509 = new X509Certificate(certificate);
    assert.equal(x509.subject, "CN=db.example.com");
    assert.equal(x509.checkHost("db.example.com"), "db.example.com");
    assert.equal(x509.checkIP("192.0.2.7"), "192.0.2.7");
    assert.ok(x509.subjectAltName?.includes("IP Address:2001:DB8:0:0:0:0:0:1"));
    assert.ok(x509.checkPrivateKey(createPrivateKey(key)));
    assert.ok(x509.verify(x509.publicKey));
    assert.equal(x509.ca, true);
  });

  it("is good until its last month, for the hosts it names", async () => {
    const { certificate } = await selfSigned(HOSTS);
    const end = Date.parse(new X509Certificate(certificate).validTo);
    const years = (end - Date.now()) / DAY / 365.25;
    assert.ok(years > 9.9 && years < 10.1, `${years} years`);
    assert.equal(renewalReason(certificate, HOSTS), undefined);
    assert.equal(renewalReason(certificate, ["192.0.2.7"], end - 31 * DAY), undefined);
    assert.match(renewalReason(certificate, HOSTS, end - 29 * DAY) ?? "", /^it ends /);
    assert.equal(renewalReason(certificate, ["db.example.org"]), "it does not name db.example.org");
    assert.equal(renewalReason(certificate, ["192.0.2.8"]), "it does not name 192.0.2.8");
  });
});
