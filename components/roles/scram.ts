/** What does PostgreSQL store instead of a password? Computed here, so that no password reaches the server's log. */

import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";

/** `scram_iterations`' default. */
const ITERATIONS = 4096;

/** SASLprep of what people type: spaces of every kind are one, invisible characters none. RFC 4013. */
function prepared(password: string): string {
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each of these is removed wherever it stands.
  const invisible = /[\u00ad\u034f\u1806\u180b-\u180d\u200c\u200d\u2060\ufe00-\ufe0f\ufeff]/g;
  return password
    .replace(/[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g, " ")
    .replace(invisible, "")
    .normalize("NFKC");
}

function verifier(password: string, salt: Buffer, iterations: number): string {
  const salted = pbkdf2Sync(prepared(password), salt, iterations, 32, "sha256");
  const key = (name: string) => createHmac("sha256", salted).update(name).digest();
  const stored = createHash("sha256").update(key("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${stored}:${key("Server Key").toString("base64")}`;
}

/**
 * The verifier that `ALTER ROLE … PASSWORD` takes in place of a password. RFC 5803.
 * https://www.postgresql.org/docs/15/catalog-pg-authid.html
 *
 * @param salt 16 bytes that no other role has. Default: random.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  return verifier(password, salt, ITERATIONS);
}

/** True when a stored verifier (`pg_authid.rolpassword`) belongs to the password. */
export function scramMatches(password: string, stored: string | null): boolean {
  const match = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/.exec(stored ?? "");
  if (!match?.[1] || !match[2] || !stored) return false;
  const expected = Buffer.from(verifier(password, Buffer.from(match[2], "base64"), Number(match[1])));
  const actual = Buffer.from(stored);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
