/** Who may log in according to a pg_hba.conf? https://www.postgresql.org/docs/current/auth-pg-hba-conf.html */

import { shellWords } from "../../components/parameters/shell";

/** One record of the file. */
export interface HbaRecord {
  type: "local" | "host" | "hostssl" | "hostnossl" | "hostgssenc" | "hostnogssenc";
  database: string;
  user: string;
  /** Undefined for `local`. */
  address: string | undefined;
  method: string;
  line: number;
  text: string;
}

const TYPES = ["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"];
const MASK = /^\d{1,3}(\.\d{1,3}){3}$|^[\da-f:]+::?[\da-f:]*$/i;

/** Reads a file; records that the server would refuse are left out. */
export function readHba(text: string): HbaRecord[] {
  return text.split("\n").flatMap((source, index) => {
    const bare = source.replace(/#.*$/, "").trim();
    const fields = bare.length > 2000 ? [] : (shellWords(bare.replace(/[;&|<>()$`\\]/g, " ")) ?? []);
    const type = TYPES.find((candidate) => candidate === fields[0]) as HbaRecord["type"] | undefined;
    const [, database, user] = fields;
    if (type === undefined || database === undefined || user === undefined) return [];
    const [address, ...rest] = type === "local" ? [undefined, ...fields.slice(3)] : fields.slice(3);
    const method = rest[0] !== undefined && address !== undefined && MASK.test(rest[0]) ? rest[1] : rest[0];
    if (method === undefined) return [];
    return [{ type, database, user, address, method, line: index + 1, text: bare }];
  });
}

/** Whether an address is this machine only. */
export function isLoopbackAddress(address: string): boolean {
  return /^(127\.\d+\.\d+\.\d+(\/(8|16|24|32))?|::1(\/128)?|localhost|samehost)$/i.test(address);
}
