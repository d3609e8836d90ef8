/**
 * How does the engine reach our resources? A provider plugin over Pulumi's gRPC protocol.
 *
 * Not `pulumi.provider.main`: the Node SDK's server has neither detailed diffs, nor the preview flag, nor secrets, and
 * loading it takes several times as long. https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
 */

import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Unreachable } from "../components/connection";
import { type Fault, faultsIn, isFault } from "../components/faults";
import { changedInputs, rootOf } from "./differences";
import type { AnyResourceType, Known, Log } from "./resource";
import { fromStruct, hasUnknown, type Properties, toStruct, UNKNOWN } from "./wire";

type Handler<Request, Response> = (request: Request) => Promise<Response>;

/** Turns a promise into a unary gRPC handler; a user's mistake is shown without a stack. */
function unary<Request, Response>(
  handler: Handler<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handler(call.request).then(
      (response) => callback(null, response),
      (error) => {
        const details = isFault(error)
          ? error.message
          : error instanceof Error
            ? (error.stack ?? error.message)
            : String(error);
        callback({ code: grpc.status.UNKNOWN, details });
      },
    );
  };
}

/** The resource's line in the engine's display. */
function engineLog(engine: EngineClient | undefined, urn: string): Log {
  const send = (severity: LogSeverity, ephemeral: boolean) => (message: string) => {
    const request = new LogRequest()
      .setSeverity(severity)
      .setMessage(message)
      .setUrn(urn)
      .setEphemeral(ephemeral);
    engine?.log(request, () => undefined);
  };
  return {
    info: send(LogSeverity.INFO, false),
    warn: send(LogSeverity.WARNING, false),
    status: send(LogSeverity.INFO, true),
  };
}

/** `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>` */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function withoutUnknowns(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => !hasUnknown(value)));
}

/** Serves the resource types until the engine ends the process. */
export class Plugin {
  private engine: EngineClient | undefined;

  constructor(
    private readonly types: Readonly<Record<string, AnyResourceType>>,
    private readonly version: string,
    engineAddress: string | undefined,
  ) {
    if (engineAddress) this.attach(engineAddress);
  }

  /** Listens on a free loopback port and prints it, which is how the engine learns it. */
  serve(): void {
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
    server.addService(ResourceProviderService as unknown as grpc.ServiceDefinition, this.handlers());
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) throw error;
      process.stdout.write(`${port}\n`);
    });
  }

  private attach(address: string): void {
    this.engine = new EngineClient(address, grpc.credentials.createInsecure());
  }

  private handlers(): grpc.UntypedServiceImplementation {
    return {
      handshake: unary(async (request: messages.ProviderHandshakeRequest) => {
        if (!this.engine) this.attach(request.getEngineAddress());
        return new messages.ProviderHandshakeResponse().setAcceptSecrets(true);
      }),
      getPluginInfo: unary(async () => new PluginInfo().setVersion(this.version)),
      getSchema: unary(async () => new messages.GetSchemaResponse().setSchema("{}")),
      checkConfig: unary(async (request: messages.CheckRequest) =>
        new messages.CheckResponse().setInputs(request.getNews()),
      ),
      diffConfig: unary(async () => new messages.DiffResponse()),
      configure: unary(async () =>
        new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true),
      ),
      check: unary((request: messages.CheckRequest) => this.check(request)),
      diff: unary((request: messages.DiffRequest) => this.diff(request)),
      create: unary((request: messages.CreateRequest) => this.create(request)),
      update: unary((request: messages.UpdateRequest) => this.update(request)),
      read: unary((request: messages.ReadRequest) => this.read(request)),
      delete: unary((request: messages.DeleteRequest) => this.delete(request)),
      cancel: unary(async () => new Empty()),
      attach: unary(async (request: { getAddress(): string }) => {
        this.attach(request.getAddress());
        return new Empty();
      }),
    };
  }

  private type(urn: string): AnyResourceType {
    const type = this.types[typeOf(urn)];
    if (!type)
      throw new Error(`the plugin durable-postgres ${this.version} has no resource type ${typeOf(urn)}`);
    return type;
  }

  private async check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    const known = withoutUnknowns(fromStruct(request.getNews()));
    const faults = await this.faults(request.getUrn(), known);
    // Inputs go back as they came: unwrapped secrets would land in the state as plain text.
    const response = new messages.CheckResponse().setInputs(request.getNews());
    return response.setFailuresList(
      faults.map((fault) => new messages.CheckFailure().setReason(fault.message)),
    );
  }

  /** What `check` returns, or what it throws where one fault leaves nothing more to look at. */
  private async faults(urn: string, inputs: Properties): Promise<Fault[]> {
    try {
      return (await this.type(urn).check?.(inputs, urn)) ?? [];
    } catch (error) {
      return faultsIn(error);
    }
  }

  private async diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    const urn = request.getUrn();
    const [before, after] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
    const known = { id: request.getId(), inputs: before, outputs: fromStruct(request.getOlds()) };
    const changed = await this.differences(urn, known, after);
    const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
    const response = new messages.DiffResponse().setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setDiffsList([...new Set(changed.map(rootOf))]).setHasdetaileddiff(true);
    for (const name of changed) {
      const root = rootOf(name);
      const isInput = root in before || root in after;
      const difference = new messages.PropertyDiff()
        .setKind(messages.PropertyDiff.Kind.UPDATE)
        .setInputdiff(isInput);
      response.getDetaileddiffMap().set(name, difference);
    }
    return response;
  }

  /** A server that does not answer is a difference, not an error: a refresh has to go on, and an update says more. */
  private async differences(
    urn: string,
    known: Known<Properties, Properties>,
    inputs: Properties,
  ): Promise<string[]> {
    const log = engineLog(this.engine, urn);
    if (hasUnknown(inputs)) {
      this.type(urn).announce?.(known, withoutUnknowns(inputs), log);
      return changedInputs(known.inputs, inputs);
    }
    try {
      return await this.type(urn).diff(known, inputs, log);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      log.info(error.fact);
      return ["administration"];
    }
  }

  /** Outputs of a preview: what the type knows already, everything else it used to have is unknown. */
  private previewed(urn: string, inputs: Properties, known?: Known<Properties, Properties>): Properties {
    const outputs: Properties = {};
    for (const name of Object.keys(known?.outputs ?? {})) outputs[name] = UNKNOWN;
    const type = this.type(urn);
    return { ...outputs, ...type.preview(withoutUnknowns(inputs), known) };
  }

  private async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const [urn, inputs] = [request.getUrn(), fromStruct(request.getProperties())];
    const type = this.type(urn);
    if (request.getPreview())
      return new messages.CreateResponse().setProperties(toStruct(this.previewed(urn, inputs), type.secrets));
    const { id, outputs } = await type.create(inputs, engineLog(this.engine, urn), urn);
    return new messages.CreateResponse().setId(id).setProperties(toStruct(outputs, type.secrets));
  }

  private async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const [urn, inputs] = [request.getUrn(), fromStruct(request.getNews())];
    const type = this.type(urn);
    const known = {
      id: request.getId(),
      inputs: fromStruct(request.getOldInputs()),
      outputs: fromStruct(request.getOlds()),
    };
    const outputs = request.getPreview()
      ? this.previewed(urn, inputs, known)
      : await type.update(known, inputs, engineLog(this.engine, urn), urn);
    return new messages.UpdateResponse().setProperties(toStruct(outputs, type.secrets));
  }

  private async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const type = this.type(request.getUrn());
    const inputs = fromStruct(request.getInputs());
    const outputs = await type.read({
      id: request.getId(),
      inputs,
      outputs: fromStruct(request.getProperties()),
    });
    return new messages.ReadResponse()
      .setId(request.getId())
      .setInputs(request.getInputs())
      .setProperties(toStruct(outputs, type.secrets));
  }

  private async delete(request: messages.DeleteRequest): Promise<Empty> {
    const urn = request.getUrn();
    const known = {
      id: request.getId(),
      inputs: fromStruct(request.getOldInputs()),
      outputs: fromStruct(request.getProperties()),
    };
    await this.type(urn).delete(known, engineLog(this.engine, urn));
    return new Empty();
  }
}
