/** How does the engine reach the double? Over Pulumi's gRPC protocol, as the released plugin. */

import { randomBytes } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import Docker from "dockerode";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  fromStruct,
  hasUnknown,
  type Properties,
  toStruct,
  UNKNOWN,
  type Value,
} from "../../../provider/wire";
import { withDefaults } from "./defaults";
import { differences, normal } from "./differences";
import { HalfMade, type ResourceType } from "./resource";
import { type Schema, schemaOf, version } from "./schema";
import { secretNames } from "./secrets";

/** Outputs of a container that did not start have it: what is left can only be replaced. */
const halfMade = "__halfMade";

/** The released plugin's errors are lists of one. */
function listed(message: string): string {
  return `1 error occurred:\n\t* ${message}\n\n`;
}

/** A failure that leaves a resource behind, which the state has to know of. */
function initFailed(error: HalfMade, properties: Struct): Partial<grpc.ServiceError> {
  const detail = new messages.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(properties)
    .setReasonsList([listed(error.message)]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(listed(error.message));
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: listed(error.message), metadata };
}

function unary<Request, Response>(
  handler: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handler(call.request).then(
      (response) => callback(null, response),
      (error) => {
        const answer = { code: grpc.status.UNKNOWN, details: listed((error as Error).message) };
        callback("metadata" in error ? error : answer);
      },
    );
  };
}

/** `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>` */
function partsOf(urn: string): { type: string; name: string } {
  const parts = urn.split("::");
  return { type: parts[2]?.split("$").at(-1) ?? "", name: parts.slice(3).join("::") };
}

function withoutUnknowns(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => !hasUnknown(value)));
}

/** Serves the resource types until the engine ends the process. */
export class Plugin {
  private docker = new Docker();

  constructor(private readonly types: Readonly<Record<string, ResourceType>>) {}

  /** Listens on a free loopback port and prints it, which is how the engine learns it. */
  serve(): void {
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
    server.addService(ResourceProviderService as unknown as grpc.ServiceDefinition, this.handlers());
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) throw error;
      process.stdout.write(`${port}\n`);
    });
  }

  private handlers(): grpc.UntypedServiceImplementation {
    return {
      handshake: unary(async () => new messages.ProviderHandshakeResponse().setAcceptSecrets(true)),
      getPluginInfo: unary(async () => new PluginInfo().setVersion(version)),
      getSchema: unary(async () => new messages.GetSchemaResponse().setSchema("{}")),
      checkConfig: unary(async (request: messages.CheckRequest) =>
        new messages.CheckResponse().setInputs(request.getNews()),
      ),
      diffConfig: unary(async () => new messages.DiffResponse()),
      configure: unary((request: messages.ConfigureRequest) => this.configure(request)),
      check: unary((request: messages.CheckRequest) => this.check(request)),
      diff: unary((request: messages.DiffRequest) => this.diff(request)),
      create: unary((request: messages.CreateRequest) => this.create(request)),
      update: unary((request: messages.UpdateRequest) => this.update(request)),
      read: unary((request: messages.ReadRequest) => this.read(request)),
      delete: unary((request: messages.DeleteRequest) => this.delete(request)),
      cancel: unary(async () => new Empty()),
      attach: unary(async () => new Empty()),
    };
  }

  private async configure(request: messages.ConfigureRequest): Promise<messages.ConfigureResponse> {
    const { host } = fromStruct(request.getArgs());
    if (typeof host === "string" && host !== "") {
      // dockerode reads a whole address from this variable only.
      process.env.DOCKER_HOST = host;
      this.docker = new Docker();
    }
    return new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
  }

  private type(urn: string): ResourceType & Schema {
    const { type } = partsOf(urn);
    const schema = schemaOf(type);
    return { ...(this.types[type] as ResourceType), ...schema };
  }

  private async check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    const { name } = partsOf(request.getUrn());
    const type = this.type(request.getUrn());
    const before = fromStruct(request.getOlds());
    const wire = withDefaults(request.getNews()?.toJavaScript() ?? {}, type.defaults);
    wire.name ??= before.name ?? `${name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
    const inputs = Struct.fromJavaScript(wire as Parameters<typeof Struct.fromJavaScript>[0]);
    const problems = type.check(withoutUnknowns(fromStruct(inputs)));
    const failures = problems.map(({ path, message }) =>
      new messages.CheckFailure().setReason(`${message}. Examine values at '${name}.${path}'.`),
    );
    return new messages.CheckResponse().setInputs(inputs).setFailuresList(failures);
  }

  private async diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    const state = fromStruct(request.getOlds());
    const [applied, inputs] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
    const found = differences(state, applied, inputs, this.type(request.getUrn()));
    const changed = state[halfMade] && found.length === 0 ? [{ name: "mustRun", replace: true }] : found;
    const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
    const response = new messages.DiffResponse().setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
    const replacing = changed.filter(({ replace }) => replace || state[halfMade]);
    response.setDiffsList(changed.map(({ name }) => name)).setHasdetaileddiff(true);
    response.setReplacesList(replacing.map(({ name }) => name));
    for (const difference of changed) {
      const kind = kindOf(difference.name, state, inputs, replacing.includes(difference));
      response.getDetaileddiffMap().set(difference.name, new messages.PropertyDiff().setKind(kind));
    }
    return response;
  }

  /** Outputs of a preview: what the program says; what the provider would fill in is unknown, or as it was. */
  private previewed(type: Schema, inputs: Properties, before?: Properties): Properties {
    const empty = Object.fromEntries(
      type.outputs.map((name) => [name, type.computed.has(name) ? UNKNOWN : null] as [string, Value]),
    );
    return { ...empty, ...before, ...inputs };
  }

  private async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const [type, inputs] = [this.type(request.getUrn()), fromStruct(request.getProperties())];
    const secrets = secretNames(request.getProperties());
    if (request.getPreview())
      return new messages.CreateResponse().setProperties(toStruct(this.previewed(type, inputs), secrets));
    try {
      const id = await type.create(this.docker, inputs);
      const outputs = await this.outputs(type, id, inputs);
      return new messages.CreateResponse()
        .setId(outputs.id)
        .setProperties(toStruct(outputs.properties, secrets));
    } catch (error) {
      if (!(error instanceof HalfMade)) throw error;
      const { properties } = await this.outputs(type, error.id, inputs);
      throw initFailed(error, toStruct({ ...properties, [halfMade]: true }, secrets));
    }
  }

  /** After an operation the state has the program's values as they are, and the provider's for the rest. */
  private async outputs(type: ResourceType & Schema, id: string, inputs: Properties, before?: Properties) {
    const empty = Object.fromEntries(type.outputs.map((name) => [name, null] as [string, Value]));
    const actual = await type.read(this.docker, id, { ...before, ...inputs });
    return { id: actual?.id ?? id, properties: { ...empty, ...before, ...actual?.outputs, ...inputs } };
  }

  private async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const [type, inputs] = [this.type(request.getUrn()), fromStruct(request.getNews())];
    const [before, secrets] = [fromStruct(request.getOlds()), secretNames(request.getNews())];
    if (request.getPreview())
      return new messages.UpdateResponse().setProperties(
        toStruct(this.previewed(type, inputs, before), secrets),
      );
    await type.update(this.docker, request.getId(), before, inputs);
    const cleared = Object.fromEntries(Object.entries(before).filter(([name]) => type.computed.has(name)));
    const { properties } = await this.outputs(type, request.getId(), inputs, cleared);
    return new messages.UpdateResponse().setProperties(toStruct(properties, secrets));
  }

  /** Inputs stay as the last operation had them; only an import, which has none, takes them from what is there. */
  private async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const type = this.type(request.getUrn());
    const [inputs, known] = [fromStruct(request.getInputs()), fromStruct(request.getProperties())];
    const actual = await type.read(this.docker, request.getId(), { ...inputs, ...known });
    if (!actual) return new messages.ReadResponse();
    const secrets = secretNames(request.getInputs(), request.getProperties());
    const imported = Object.entries(actual.outputs).filter(
      ([name, value]) => type.inputs.includes(name) && normal(value) !== undefined,
    );
    const isImport = Object.keys(inputs).length === 0;
    return new messages.ReadResponse()
      .setId(actual.id)
      .setInputs(isImport ? toStruct(Object.fromEntries(imported), secrets) : request.getInputs())
      .setProperties(toStruct({ ...known, ...actual.outputs }, secrets));
  }

  private async delete(request: messages.DeleteRequest): Promise<Empty> {
    const known = fromStruct(request.getProperties());
    await this.type(request.getUrn()).delete(this.docker, request.getId(), known);
    return new Empty();
  }
}

/** Added, deleted or updated, and whether it replaces. */
function kindOf(name: string, before: Properties, after: Properties, replace: boolean) {
  const { Kind } = messages.PropertyDiff;
  if (normal(before[name]) === undefined) return replace ? Kind.ADD_REPLACE : Kind.ADD;
  if (normal(after[name]) === undefined) return replace ? Kind.DELETE_REPLACE : Kind.DELETE;
  return replace ? Kind.UPDATE_REPLACE : Kind.UPDATE;
}
