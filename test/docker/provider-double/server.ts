/** What does the double answer to the engine's questions? Docker does the work, and the records what is left open. */

import { randomBytes } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import Docker from "dockerode";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { fromStruct, type Properties, toStruct, UNKNOWN, type Value } from "../../../provider/wire";
import {
  diffResponse,
  type Handlers,
  listed,
  partsOf,
  serve,
  withoutUnknowns,
} from "../../provider-double/engine";
import { secretNames } from "../../provider-double/secrets";
import { withDefaults } from "./defaults";
import { differences, normal } from "./differences";
import { HalfMade, type ResourceType } from "./resource";
import { type Schema, schemaOf, version } from "./schema";

/** Outputs of a container that did not start have it: what is left can only be replaced. */
const halfMade = "__halfMade";

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

/** Serves the resource types until the engine ends the process. */
export class Plugin implements Handlers {
  private docker = new Docker();

  constructor(private readonly types: Readonly<Record<string, ResourceType>>) {}

  serve(): void {
    serve(version, this);
  }

  async configure(request: messages.ConfigureRequest): Promise<messages.ConfigureResponse> {
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

  async check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
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

  async diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    const state = fromStruct(request.getOlds());
    const [applied, inputs] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
    const found = differences(state, applied, inputs, this.type(request.getUrn()));
    const changed = state[halfMade] && found.length === 0 ? [{ name: "mustRun", replace: true }] : found;
    const replacing = changed.map(({ name, replace }) => ({
      name,
      replace: replace || Boolean(state[halfMade]),
    }));
    return diffResponse(replacing, state, inputs, (value) => normal(value) === undefined);
  }

  /** Outputs of a preview: what the program says; what the provider would fill in is unknown, or as it was. */
  private previewed(type: Schema, inputs: Properties, before?: Properties): Properties {
    const empty = Object.fromEntries(
      type.outputs.map((name) => [name, type.computed.has(name) ? UNKNOWN : null] as [string, Value]),
    );
    return { ...empty, ...before, ...inputs };
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
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

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
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
  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
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

  async delete(request: messages.DeleteRequest): Promise<Empty> {
    const known = fromStruct(request.getProperties());
    await this.type(request.getUrn()).delete(this.docker, request.getId(), known);
    return new Empty();
  }
}
