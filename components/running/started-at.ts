/** When did the server start? In a form that the session's TimeZone and DateStyle do not change. */

/** SQL expression: ISO 8601 in UTC, with microseconds. */
export const STARTED_AT = `to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
