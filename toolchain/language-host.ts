/** How does the Pulumi engine start Node programs, plugins and policy packs where its own language host is absent? */

// Started at least once per run of pulumi. So it loads the gRPC stubs and nothing else of @pulumi/pulumi, whose
// main module alone takes longer to load than all of this.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { fstatSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

// The engine puts its own address last, after any tracing and logging flags.
const engineAddress = process.argv.at(-1) ?? "";

// The exit code of @pulumi/pulumi/cmd/run that means "the user has been told".
const alreadyReported = 32;

const children = new Set<ChildProcess>();

const run: handleUnaryCall<language.RunRequest, language.RunResponse> = ({ request }, reply) => {
  const info = required(request.getInfo());
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    "root-directory": info.getRootDirectory(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  const child = startNode(
    info,
    "@pulumi/pulumi/cmd/run",
    [
      ...Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      info.getEntryPoint(),
      ...request.getArgsList(),
    ],
    {
      // The engine reads the host's own streams, so the program may write to them directly.
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        PULUMI_NODEJS_TYPESCRIPT: String(options(info).typescript !== false),
      },
    },
  );
  child.once("error", (error) => reply(error));
  child.once("exit", (code, signal) => {
    const response = new language.RunResponse();
    if (code === alreadyReported) response.setBail(true);
    else if (signal) response.setError(`The program was stopped by ${signal}.`);
    else if (code !== 0) response.setError(`The program ended with exit code ${code}.`);
    reply(null, response);
  });
};

const runPlugin: handleServerStreamingCall<language.RunPluginRequest, language.RunPluginResponse> = (
  call,
) => {
  const info = required(call.request.getInfo());
  const directory = info.getProgramDirectory();
  const isPolicyPack = call.request.getKind() === "analyzer";
  const child = startNode(
    info,
    isPolicyPack ? "@pulumi/pulumi/cmd/run-policy-pack" : "@pulumi/pulumi/cmd/run-plugin",
    isPolicyPack ? [...call.request.getArgsList(), directory] : [directory, ...call.request.getArgsList()],
    {
      stdio: ["ignore", "pipe", "pipe"],
      // A policy pack reads its name and version from the package.json of its working directory.
      cwd: isPolicyPack ? directory : call.request.getPwd(),
      env: environment(call.request.getEnvList()),
    },
  );
  child.stdout?.on("data", (chunk: Buffer) => call.write(new language.RunPluginResponse().setStdout(chunk)));
  child.stderr?.on("data", (chunk: Buffer) => call.write(new language.RunPluginResponse().setStderr(chunk)));
  child.once("error", (error) => call.destroy(error));
  child.once("close", (code) => {
    call.write(new language.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  call.once("cancelled", () => stop(child));
};

const getProgramDependencies: handleUnaryCall<
  language.GetProgramDependenciesRequest,
  language.GetProgramDependenciesResponse
> = ({ request }, reply) => {
  const directory = required(request.getInfo()).getProgramDirectory();
  const manifest = readManifest(join(directory, "package.json"));
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const response = new language.GetProgramDependenciesResponse();
  for (const name of names) {
    const { version } = readManifest(join(directory, "node_modules", name, "package.json"));
    if (version) response.addDependencies(new language.DependencyInfo().setName(name).setVersion(version));
  }
  reply(null, response);
};

const service: UntypedServiceImplementation = {
  handshake: answer(() => new language.LanguageHandshakeResponse()),
  getPluginInfo: answer(() =>
    new PluginInfo().setVersion(readManifest(join(__dirname, "../../package.json")).version ?? ""),
  ),
  about: answer(() =>
    new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
  ),
  // Empty: a provider that is missing is found missing, and fetched, when its first resource is registered.
  getRequiredPackages: answer(() => new language.GetRequiredPackagesResponse()),
  getRequiredPlugins: answer(() => new language.GetRequiredPluginsResponse()),
  runtimeOptionsPrompts: answer(() => new language.RuntimeOptionsResponse()),
  cancel: answer(() => new Empty()),
  installDependencies: ((call) => call.end()) as handleServerStreamingCall<unknown, unknown>,
  getProgramDependencies: guarded(getProgramDependencies),
  run: guarded(run),
  runPlugin: ((call) => {
    try {
      runPlugin(call);
    } catch (error) {
      call.destroy(failure(error));
    }
  }) as typeof runPlugin,
};

function answer<Response>(make: () => Response): handleUnaryCall<unknown, Response> {
  return (_call, reply) => reply(null, make());
}

function guarded<Request, Response>(
  handler: handleUnaryCall<Request, Response>,
): handleUnaryCall<Request, Response> {
  return (call, reply) => {
    try {
      handler(call, reply);
    } catch (error) {
      reply(failure(error));
    }
  };
}

function failure(error: unknown): Error & { code: status } {
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(new Error(message), { code: status.FAILED_PRECONDITION, details: message });
}

function required(info: language.ProgramInfo | undefined): language.ProgramInfo {
  if (!info) throw new Error("The engine sent a request without program information.");
  return info;
}

function options(info: language.ProgramInfo): { typescript?: boolean; nodeargs?: string } {
  return info.getOptions()?.toJavaScript() ?? {};
}

/** Runs one of @pulumi/pulumi's entry points, from the copy that the program itself would load. */
function startNode(
  info: language.ProgramInfo,
  entry: string,
  args: string[],
  spawning: SpawnOptions,
): ChildProcess {
  const words = options(info).nodeargs?.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const nodeArguments = words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
  const child = spawn(process.execPath, [...nodeArguments, findEntry(info, entry), ...args], spawning);
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

function findEntry(info: language.ProgramInfo, entry: string): string {
  const directory = info.getProgramDirectory();
  try {
    return createRequire(join(directory, "package.json")).resolve(entry);
  } catch {
    throw new Error(`@pulumi/pulumi is not installed in ${directory}.\nHINT: npm ci`);
  }
}

function environment(entries: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    entries.map((entry) => {
      const end = entry.indexOf("=");
      return [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
}

interface Manifest {
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function readManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch {
    return {};
  }
}

function stop(child: ChildProcess): void {
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), 2_000).unref(); // ms; the engine itself gives a plugin 5 s
}

function shutDown(): void {
  for (const child of children) stop(child);
  const wait = () => (children.size === 0 ? process.exit(0) : setTimeout(wait, 20));
  wait();
}

/** The engine keeps a pipe to our stdin open as long as it lives, so its end tells of a SIGKILL at once. */
function watchParent(): void {
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket())
    process.stdin.once("end", shutDown).once("error", shutDown).resume();
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && shutDown(), 1_000).unref(); // ms
}

function main(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, shutDown);
  watchParent();
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(LanguageRuntimeService, service);
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

main();
