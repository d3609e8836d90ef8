/** Why does a PostgreSQL server not start? What it prints, and what the user should do. */

/** A known cause. */
interface StartupCause {
  pattern: RegExp;
  hint: (match: RegExpExecArray) => string;
}

/** Causes that every target shares. */
const CAUSES: readonly StartupCause[] = [
  {
    pattern: /lock file "postmaster\.pid" already exists/,
    hint: () => "another server runs on this data directory: stop it first",
  },
  {
    pattern: /could not (?:access file|load library) "([^"]+)"/,
    hint: (match) => `remove ${match[1]} from shared_preload_libraries under parameters`,
  },
  {
    pattern: /invalid value for parameter "([^"]+)"|unrecognized configuration parameter "([^"]+)"/,
    hint: (match) => `change ${match[1] ?? match[2]} under parameters`,
  },
  {
    pattern: /Cannot allocate memory|could not map anonymous shared memory/,
    hint: () => "write a smaller `memory:`, or a smaller `shared_buffers:` under parameters",
  },
];

/** The hint for a server's last words; undefined when the cause is not known. */
export function startupHint(words: string): string | undefined {
  for (const { pattern, hint } of CAUSES) {
    const match = pattern.exec(words);
    if (match) return hint(match);
  }
  return undefined;
}
