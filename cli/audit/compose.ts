/** Which databases does a Compose file run, in the form that the rules read? */

import { HIDDEN } from "../../components/parameters/shell";
import { knownText, type Properties, record } from "../../policies/reading/known";
import type { Finding, Resource } from "../../policies/rule";
import { CONTAINER, ReadResource, typesOf, VOLUME } from "../../policies/subjects";
import { readCompose, type Service } from "./compose-file";
import { type TranslatedService, translateService } from "./compose-service";
import { inComposeWords } from "./compose-words";
import { type Audited, findingOf, type Judged } from "./verdict";

/** Rules about what only Pulumi does to a container. */
const PULUMI_ONLY = [
  // Compose stops with stop_grace_period, also on a replacement; stop-timeout-short looks at it.
  "destroy-kills-postgres",
];

/** Reads a Compose file. */
export function auditCompose(text: string, name: string): Audited {
  const project = readCompose(text, name);
  const judged: Judged[] = [];
  const findings: Finding[] = [];
  const notes = [...project.notes];
  const databases = new Set<string>();
  for (const service of project.services.values()) {
    const translated = translateService(service, project);
    const resource = resourceOf(CONTAINER, service.name, translated.properties);
    const read = new ReadResource(resource);
    if (!read.subject("program")) continue;
    databases.add(service.name);
    judged.push(judgedResource(read, "service", service, translated));
    if (replicas(service.definition) > 1) judged.push(secondReplica(resource, service, translated));
    notes.push(...translated.notes.map((note) => `service ${service.name}: ${note}`));
    findings.push(...translated.missing.map((file) => missingFile(service.name, file)));
  }
  const used = new Set(judged.flatMap(({ resource }) => volumeNames(resource.properties)));
  for (const [volume, definition] of Object.entries(project.volumes)) {
    if (!used.has(volume)) continue;
    const resource = resourceOf(VOLUME, volume, { name: volume, driverOpts: record(definition).driver_opts });
    judged.push(judgedResource(new ReadResource(resource), "volume"));
  }
  if (databases.size === 0) notes.push("no service of this file runs PostgreSQL");
  const stack = judged.map(({ resource }) => ({
    ...resource,
    type: resource.type === "volume" ? VOLUME : CONTAINER,
  }));
  return { name, judged, stack, findings, notes };
}

function resourceOf(type: string, name: string, properties: Properties): Resource {
  return { type, name, urn: name, properties };
}

function judgedResource(
  read: ReadResource,
  type: string,
  service?: Service,
  translated?: TranslatedService,
): Judged {
  const words = {
    places: translated?.places ?? new Map<string, string>(),
    isLong: (place: string) => isLongEntry(service?.definition ?? {}, place),
    hasTextCommand: typeof service?.definition.command === "string",
  };
  return {
    resource: { ...read.resource, type },
    subject: (rule) =>
      rule.reads === "stack" || PULUMI_ONLY.includes(rule.name) || !typesOf(rule).includes(read.resource.type)
        ? undefined
        : read.subject(rule.reads),
    translate: (finding) => inComposeWords(finding, words),
    isSure: (finding) => !finding.value.includes(HIDDEN),
  };
}

/** Only for the rules that look at all servers together: two replicas on one volume are two servers on one cluster. */
function secondReplica(resource: Resource, service: Service, translated: TranslatedService): Judged {
  const read = new ReadResource({ ...resource, name: `${resource.name} (second replica)` });
  const judged = judgedResource(read, "service", service, translated);
  return {
    ...judged,
    subject: () => undefined,
    translate: (finding) => ({
      ...judged.translate(finding),
      resource: resource.name,
      hint: `write \`replicas: 1\` in deploy of ${resource.name}: PostgreSQL's replicas are services of their own, each with a volume of its own`,
    }),
  };
}

/** Whether `ports[0]` or `volumes[0]` is written as a map. */
function isLongEntry(definition: Properties, place: string): boolean {
  const [, name = "", index] = /^(\w+)\[(\d+)\]$/.exec(place) ?? [];
  const entries = definition[name];
  return Array.isArray(entries) && typeof entries[Number(index)] === "object";
}

function replicas({ deploy, scale }: Properties): number {
  return Number(knownText(record(deploy).replicas) ?? knownText(scale) ?? 1);
}

function volumeNames({ mounts }: Properties): string[] {
  return (mounts as readonly Properties[]).flatMap(({ source }) => knownText(source) ?? []);
}

function missingFile(service: string, file: string): Finding {
  return findingOf("config-file-opaque", {
    resource: service,
    property: "env_file",
    value: file.replaceAll(HIDDEN, "…"),
    message: `service ${service}: ${file.replaceAll(HIDDEN, "…")} is not there: what its variables set is not seen`,
    hint: `put ${file.replaceAll(HIDDEN, "…")} beside the Compose file, then run the audit again`,
  });
}
