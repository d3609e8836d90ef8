/** Which changes of one property were recorded? By the names of recorded/operations.json. */

import type { Patch } from "./recorded-stack";

const password = "POSTGRES_PASSWORD=secret";
const data = "/var/lib/postgresql/data";

/** The mount of the program, changed. `names` begins the volume's name. */
function mount(names: string, change: object): object {
  return { type: "volume", source: `${names}-data`, target: data, ...change };
}

function healthcheck(interval: string): object {
  const tests = ["CMD", "pg_isready", "-U", "postgres", "-h", "127.0.0.1"];
  return { tests, interval, timeout: "3s", retries: 60, startPeriod: "5s" };
}

/** Each case's change of the program. */
export function mutations(names: string, port: number): Record<string, Patch> {
  const network = { name: `${names}-net` };
  const published = { internal: 5432, ip: "127.0.0.1" };
  const extra = mount(names, { target: "/extra" });
  return {
    command: { command: ["postgres", "-c", "max_wal_size=2GB"] },
    envs: { envs: ["POSTGRES_DB=other", password] },
    "envs reordered": { envs: [password, "POSTGRES_DB=kvstore"] },
    "mount added": { mounts: [mount(names, {}), extra] },
    ports: { ports: [{ ...published, external: port + 1 }] },
    shmSize: { shmSize: 512 },
    memory: { memory: 3000, memorySwap: 3000 },
    cpuShares: { cpuShares: 256 },
    destroyGraceSeconds: { destroyGraceSeconds: 30 },
    stopTimeout: { stopTimeout: 30 },
    stopSignal: { stopSignal: "SIGTERM" },
    restart: { restart: "always" },
    labels: { labels: [{ label: "x", value: "z" }] },
    logOpts: { logOpts: { "max-size": "20m", "max-file": "3" } },
    healthcheck: { healthcheck: healthcheck("2s") },
    securityOpts: { securityOpts: ["no-new-privileges:true", "seccomp=unconfined"] },
    capabilities: { capabilities: { drops: ["ALL"], adds: ["CHOWN", "FOWNER", "SETGID", "SETUID"] } },
    "uploads content": { uploads: [{ file: "/etc/rec.conf", content: "a=c\n" }] },
    tmpfs: { tmpfs: { "/tmp": "size=128m" } },
    "networks alias": { networksAdvanced: [{ ...network, aliases: ["database"] }] },
    hostname: { hostname: "database" },
    name: { name: `${names}-other` },
    image: { image: "postgres:15-next" },
    init: { init: true },
    readOnly: { readOnly: true },
    wait: { wait: false },
    waitTimeout: { waitTimeout: 30 },
    user: { user: "postgres" },
    removeVolumes: { removeVolumes: false },
    mustRun: { mustRun: false },
    "bad restart": { restart: "sometimes" },
    "bad interval": { healthcheck: healthcheck("soon") },
    "bad memory": { memory: -1 },
    "port out of range": { ports: [{ ...published, external: 70_000 }] },
    "relative mount": { mounts: [mount(names, { target: "data" })] },
    "bad mount type": { mounts: [mount(names, { type: "disk" })] },
    "unknown prop": { nonsense: true },
    "no image": { image: null },
    "env without =": { envs: ["POSTGRES_DB"] },
    "bad capability": { capabilities: { drops: ["ALL"], adds: ["NONSENSE"] } },
    "grace negative": { destroyGraceSeconds: -1 },
  };
}
