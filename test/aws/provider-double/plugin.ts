/** What does the double answer to the engine's questions? Everything it knows is in the stack's state. */

import { randomUUID } from "node:crypto";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { fromStruct, type Properties, toStruct, UNKNOWN, type Value } from "../../../provider/wire";
import { diffResponse, type Handlers, partsOf, serve } from "../../provider-double/engine";
import { secretNames } from "../../provider-double/secrets";
import { recordedResource, schema } from "../recorded-schema";
import { problems } from "./check";
import { computedInputs, differences, normal } from "./differences";
import { named } from "./names";
import { made, type Scope } from "./outputs";
import { changeRefusals, creationRefusals, deletionRefusals } from "./refusals";
import { keptOutputs, updated } from "./state";

function unique(): string {
  return randomUUID().replaceAll("-", "");
}

/** What has changed at AWS without us, by name of the resource: `AWS_DRIFT`, seen by the next refresh. */
function drift(resource: string): Properties {
  const all: Record<string, Properties> = JSON.parse(process.env.AWS_DRIFT ?? "{}");
  return all[resource] ?? {};
}

function refuse(refusals: readonly string[]): void {
  if (refusals.length > 0) throw new Error(refusals.join("\n\t* "));
}

/** What the provider fills in is not known before it has. */
function previewed(type: string, inputs: Properties, before: Properties = {}): Properties {
  const names = [...recordedResource(type).computed, ...computedInputs(type)];
  const unknown = Object.fromEntries(names.map((name) => [name, UNKNOWN] as [string, Value]));
  return { ...unknown, ...before, ...inputs };
}

/** Serves the recorded resource types until the engine ends the process. */
export class Plugin implements Handlers {
  private scope: Scope = { region: "", unique };

  serve(): void {
    serve(schema.version, this);
  }

  async configure(request: messages.ConfigureRequest): Promise<messages.ConfigureResponse> {
    const { region } = fromStruct(request.getArgs());
    if (typeof region !== "string") throw new Error("Missing region: set aws:region");
    this.scope = { ...this.scope, region };
    return new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
  }

  async check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    const { type, name } = partsOf(request.getUrn());
    const wire = (request.getNews()?.toJavaScript() ?? {}) as Properties;
    const inputs = named(type, name, wire, { before: fromStruct(request.getOlds()), unique });
    const struct = Struct.fromJavaScript(inputs as Parameters<typeof Struct.fromJavaScript>[0]);
    const failures = problems(type, fromStruct(struct)).map((problem) =>
      new messages.CheckFailure().setReason(problem),
    );
    return new messages.CheckResponse().setInputs(struct).setFailuresList(failures);
  }

  async diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    const { type } = partsOf(request.getUrn());
    const [state, inputs] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
    const found = differences(type, state, inputs, request.getIgnorechangesList());
    return diffResponse(found, state, inputs, (value) => normal(value) === undefined);
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const { type } = partsOf(request.getUrn());
    const inputs = fromStruct(request.getProperties());
    const secrets = secretNames(request.getProperties());
    if (request.getPreview())
      return new messages.CreateResponse().setProperties(toStruct(previewed(type, inputs), secrets));
    refuse(creationRefusals(type, inputs));
    const { id, outputs } = made(type, inputs, this.scope);
    return new messages.CreateResponse().setId(id).setProperties(toStruct(outputs, secrets));
  }

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const { type } = partsOf(request.getUrn());
    const [before, inputs] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
    const secrets = secretNames(request.getNews());
    if (request.getPreview()) {
      const properties = previewed(type, inputs, keptOutputs(type, before));
      return new messages.UpdateResponse().setProperties(toStruct(properties, secrets));
    }
    refuse(changeRefusals(type, before, inputs));
    return new messages.UpdateResponse().setProperties(toStruct(updated(type, before, inputs), secrets));
  }

  /** What AWS has is what the state remembers, and what has drifted. */
  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const { name } = partsOf(request.getUrn());
    const secrets = secretNames(request.getInputs(), request.getProperties());
    const properties = { ...fromStruct(request.getProperties()), ...drift(name) };
    return new messages.ReadResponse()
      .setId(request.getId())
      .setInputs(request.getInputs())
      .setProperties(toStruct(properties, secrets));
  }

  async delete(request: messages.DeleteRequest): Promise<Empty> {
    const { type } = partsOf(request.getUrn());
    refuse(deletionRefusals(type, fromStruct(request.getProperties())));
    return new Empty();
  }
}
