// Which program was recorded? One of each resource, and a change of the container in PATCH. Names and the port, which
// were fixed then, come from NAMES and PORT, so that several of it can run at once. IMAGE takes the image by its id, and
// SECRET_ENVS makes the environment a secret.
"use strict";

const docker = require("@pulumi/docker");
const pulumi = require("@pulumi/pulumi");

const { NAMES: names, PORT: port, PATCH: patch = "{}", SECRET_ENVS: secretEnvs, IMAGE: image } = process.env;

// The run reports an error in colours, and Node takes half a minute for those in a stack of source-mapped @pulumi paths.
Error.stackTraceLimit = 0;

const labels = [{ label: "a", value: "b" }];
const net = new docker.Network("net", { name: `${names}-net`, labels });
const vol = new docker.Volume("data", { name: `${names}-data`, labels });

const base = {
  image: "postgres:15",
  name: `${names}-pg`,
  hostname: "db",
  envs: ["POSTGRES_DB=kvstore", "POSTGRES_PASSWORD=secret"],
  command: ["postgres", "-c", "max_wal_size=1GB"],
  mounts: [{ type: "volume", source: vol.name, target: "/var/lib/postgresql/data" }],
  networksAdvanced: [{ name: net.name, aliases: ["db"] }],
  ports: [{ internal: 5432, external: Number(port), ip: "127.0.0.1" }],
  shmSize: 256,
  memory: 2048,
  memorySwap: 2048,
  cpuShares: 512,
  destroyGraceSeconds: 60,
  stopTimeout: 60,
  stopSignal: "SIGINT",
  restart: "unless-stopped",
  init: false,
  readOnly: false,
  labels: [{ label: "x", value: "y" }],
  logDriver: "json-file",
  logOpts: { "max-size": "10m", "max-file": "3" },
  securityOpts: ["no-new-privileges:true"],
  capabilities: { drops: ["ALL"], adds: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"] },
  uploads: [{ file: "/etc/rec.conf", content: "a=b\n" }],
  tmpfs: { "/tmp": "size=64m" },
  healthcheck: {
    tests: ["CMD", "pg_isready", "-U", "postgres", "-h", "127.0.0.1"],
    interval: "1s",
    timeout: "3s",
    retries: 60,
    startPeriod: "5s",
  },
  wait: true,
  waitTimeout: 60,
};

if (image) base.image = new docker.RemoteImage("image", { name: image, keepLocally: true }).imageId;
const args = { ...base, ...JSON.parse(patch) };
for (const name of Object.keys(args)) if (args[name] === null) delete args[name];
if (secretEnvs) args.envs = pulumi.secret(args.envs);
const container = new docker.Container("pg", args, { deleteBeforeReplace: true, dependsOn: [vol] });

exports.id = container.id;
exports.name = container.name;
