/** How does the engine reach a double of a provider? Over Pulumi's gRPC protocol, as the released plugin. */

import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { hasUnknown, type Properties, type Value } from "../../provider/wire";

/** One property that differs. */
export interface Difference {
  name: string;
  replace: boolean;
}

/** What a double answers; the rest is the same for all. */
export interface Handlers {
  configure(request: messages.ConfigureRequest): Promise<messages.ConfigureResponse>;
  check(request: messages.CheckRequest): Promise<messages.CheckResponse>;
  diff(request: messages.DiffRequest): Promise<messages.DiffResponse>;
  create(request: messages.CreateRequest): Promise<messages.CreateResponse>;
  update(request: messages.UpdateRequest): Promise<messages.UpdateResponse>;
  read(request: messages.ReadRequest): Promise<messages.ReadResponse>;
  delete(request: messages.DeleteRequest): Promise<Empty>;
}

/** The released plugins' errors are lists of one. */
export function listed(message: string): string {
  return `1 error occurred:\n\t* ${message}\n\n`;
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

/** Listens on a free loopback port and prints it, which is how the engine learns it; until the engine ends the process. */
export function serve(version: string, handlers: Handlers): void {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(ResourceProviderService as unknown as grpc.ServiceDefinition, {
    handshake: unary(async () => new messages.ProviderHandshakeResponse().setAcceptSecrets(true)),
    getPluginInfo: unary(async () => new PluginInfo().setVersion(version)),
    getSchema: unary(async () => new messages.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary(async (request: messages.CheckRequest) =>
      new messages.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary(async () => new messages.DiffResponse()),
    configure: unary((request: messages.ConfigureRequest) => handlers.configure(request)),
    check: unary((request: messages.CheckRequest) => handlers.check(request)),
    diff: unary((request: messages.DiffRequest) => handlers.diff(request)),
    create: unary((request: messages.CreateRequest) => handlers.create(request)),
    update: unary((request: messages.UpdateRequest) => handlers.update(request)),
    read: unary((request: messages.ReadRequest) => handlers.read(request)),
    delete: unary((request: messages.DeleteRequest) => handlers.delete(request)),
    cancel: unary(async () => new Empty()),
    attach: unary(async () => new Empty()),
  });
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

/** `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>` */
export function partsOf(urn: string): { type: string; name: string } {
  const parts = urn.split("::");
  return { type: parts[2]?.split("$").at(-1) ?? "", name: parts.slice(3).join("::") };
}

/** The properties that are known in a preview. */
export function withoutUnknowns(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => !hasUnknown(value)));
}

/** The answer to the engine's question for a difference. */
export function diffResponse(
  changed: readonly Difference[],
  before: Properties,
  after: Properties,
  isAbsent: (value: Value | undefined) => boolean,
): messages.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse().setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList(changed.map(({ name }) => name)).setHasdetaileddiff(true);
  response.setReplacesList(changed.filter(({ replace }) => replace).map(({ name }) => name));
  for (const { name, replace } of changed) {
    const kind = kindOf(isAbsent(before[name]), isAbsent(after[name]), replace);
    response.getDetaileddiffMap().set(name, new messages.PropertyDiff().setKind(kind));
  }
  return response;
}

/** Added, deleted or updated, and whether it replaces. */
function kindOf(isNew: boolean, isGone: boolean, replace: boolean) {
  const { Kind } = messages.PropertyDiff;
  if (isNew) return replace ? Kind.ADD_REPLACE : Kind.ADD;
  if (isGone) return replace ? Kind.DELETE_REPLACE : Kind.DELETE;
  return replace ? Kind.UPDATE_REPLACE : Kind.UPDATE;
}
