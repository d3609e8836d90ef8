/** Who may log in to the server in a container? https://www.postgresql.org/docs/15/auth-pg-hba-conf.html */

import { SUPERUSER } from "./layout";

/**
 * The file's text. Inside the container, over the socket or loopback, the superuser needs no password: that is how the
 * healthcheck asks, and how passwords are set and reset. Whoever is inside could read the files anyway. Everybody else
 * needs a password, and with TLS nobody gets in without it.
 */
export function hbaFile({ isPublic }: { isPublic: boolean }): string {
  const host = isPublic ? "hostssl" : "host";
  return [
    "# Written by durable-postgres.",
    "local all all trust",
    `host postgres ${SUPERUSER} 127.0.0.1/32 trust`,
    `${host} all all all scram-sha-256`,
    `${host} replication all all scram-sha-256`,
    "",
  ].join("\n");
}
