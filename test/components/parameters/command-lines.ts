/** Forms of a command line of `postgres`, for the pure test and for the one that asks a real server. */

interface Form {
  argv: readonly string[];
  /** Parameters it sets; absent: none. */
  parameters?: Record<string, string>;
  /** Arguments with which the server does not start; absent: none. */
  refused?: string[];
}

const setsFsync = (value: string, ...argvs: string[][]): Form[] =>
  argvs.map((argv) => ({ argv, parameters: { fsync: value } }));

/** Every form that PostgreSQL's getopt and postmaster know, and those they refuse. */
export const COMMAND_LINES: readonly Form[] = [
  { argv: [] },
  // Assignments.
  ...setsFsync(
    "off",
    ["-c", "fsync=off"],
    ["-cfsync=off"],
    ["--fsync=off"],
    ["-c", "FSYNC=off"],
    ["--FSync=off"],
  ),
  { argv: ["-c", "full-page-writes=off"], parameters: { full_page_writes: "off" } },
  { argv: ["--full-page_writes=OFF"], parameters: { full_page_writes: "OFF" } },
  { argv: ["--Full-Page-Writes=n"], parameters: { full_page_writes: "n" } },
  { argv: ["-c", "foo.bar=1"], parameters: { "foo.bar": "1" } },
  { argv: ["--foo.bar=1"], parameters: { "foo.bar": "1" } },
  { argv: ["-c", "archive_command=cp %p /a/%f"], parameters: { archive_command: "cp %p /a/%f" } },
  { argv: ["-c", "archive_command='cp %p /a/%f'"], parameters: { archive_command: "'cp %p /a/%f'" } },
  {
    argv: ["--archive-command=test ! -f /a/%f && a=b"],
    parameters: { archive_command: "test ! -f /a/%f && a=b" },
  },
  { argv: ["-c", "archive_command="], parameters: { archive_command: "" } },
  { argv: ["-c", "work_mem= 8MB"], parameters: { work_mem: " 8MB" } },
  // Short options.
  ...setsFsync("off", ["-F"], ["-F", "-F"]),
  { argv: ["-i"], parameters: { listen_addresses: "*" } },
  { argv: ["-l"], parameters: { ssl: "on" } },
  { argv: ["-O"], parameters: { allow_system_table_mods: "on" } },
  { argv: ["-P"], parameters: { ignore_system_indexes: "on" } },
  { argv: ["-B", "16384"], parameters: { shared_buffers: "16384" } },
  { argv: ["-B16384"], parameters: { shared_buffers: "16384" } },
  { argv: ["-B", "128MB"], parameters: { shared_buffers: "128MB" } },
  { argv: ["-S", "8MB"], parameters: { work_mem: "8MB" } },
  { argv: ["-N", "50"], parameters: { max_connections: "50" } },
  { argv: ["-p", "6000"], parameters: { port: "6000" } },
  { argv: ["-h", "*"], parameters: { listen_addresses: "*" } },
  { argv: ["-h", ""], parameters: { listen_addresses: "" } },
  { argv: ["-k", "/tmp"], parameters: { unix_socket_directories: "/tmp" } },
  { argv: ["-n"] },
  { argv: ["-T"] },
  { argv: ["-s"], parameters: { log_statement_stats: "on" } },
  { argv: ["-W", "3"], parameters: { post_auth_delay: "3" } },
  // Arguments of other options: what looks like a letter is part of them.
  { argv: ["-d1F"] },
  { argv: ["-rF"] },
  ...setsFsync("off", ["-e", "-F"], ["-d", "1", "-F"], ["-fs", "-F"], ["-F", "--"]),
  // Bundles.
  { argv: ["-Fi"], parameters: { fsync: "off", listen_addresses: "*" } },
  { argv: ["-iF"], parameters: { fsync: "off", listen_addresses: "*" } },
  { argv: ["-ic", "fsync=off"], parameters: { fsync: "off", listen_addresses: "*" } },
  { argv: ["-icfsync=off"], parameters: { fsync: "off", listen_addresses: "*" } },
  { argv: ["-Fc", "full_page_writes=off"], parameters: { fsync: "off", full_page_writes: "off" } },
  { argv: ["-FB", "128MB"], parameters: { fsync: "off", shared_buffers: "128MB" } },
  // The last one wins.
  ...setsFsync(
    "on",
    ["-c", "fsync=off", "-c", "fsync=on"],
    ["-F", "-c", "fsync=on"],
    ["-F", "--fsync=on"],
    ["-c", "fsync=off", "-c", "FSYNC=on"],
  ),
  ...setsFsync("off", ["-c", "fsync=on", "-F"], ["-c", "fsync=on", "-cfsync=off"]),
  // Refused.
  { argv: ["-c", "fsync"], refused: ["-c fsync"] },
  { argv: ["-c", "fsync off"], refused: ["-c fsync off"] },
  { argv: ["-c", "fsync:off"], refused: ["-c fsync:off"] },
  { argv: ["-c", "=off"], refused: ["-c =off"] },
  { argv: ["-cfsync"], refused: ["-cfsync"] },
  { argv: ["-c"], refused: ["-c"] },
  { argv: ["-B"], refused: ["-B"] },
  { argv: ["--fsync"], refused: ["--fsync"] },
  { argv: ["--fsync", "off"], refused: ["--fsync", "off"] },
  { argv: ["-c", "fsync=off", "extra"], parameters: { fsync: "off" }, refused: ["extra"] },
  { argv: ["extra", "-F"], parameters: { fsync: "off" }, refused: ["extra"] },
  { argv: ["-o", "-F"], parameters: { fsync: "off" }, refused: ["-o"] },
  { argv: ["--", "-F"], refused: ["-F"] },
  { argv: ["--", "-F", "-c"], refused: ["-F", "-c"] },
  { argv: ["-Z"], refused: ["-Z"] },
  { argv: ["-FZ"], parameters: { fsync: "off" }, refused: ["-FZ"] },
  { argv: ["-v", "3"], refused: ["-v", "3"] },
  { argv: ["-"], refused: ["-"] },
];
