/** Which resources are policies measured on? Half are containers that run PostgreSQL, half are AWS's. */

import { HAPPY, happyResources } from "../policies/examples";
import type { Resource } from "../policies/rule";
import { BUCKET, CONTAINER, INSTANCE, PARAMETER_GROUP } from "../policies/subjects";

/** A resource as the program declares it. */
export type Declared = Pick<Resource, "type" | "name" | "properties" | "protect">;

const EACH = [BUCKET, INSTANCE, PARAMETER_GROUP];

/** What a stack has once, so that there is nothing to find: a trail, a backup plan's selection, and others. */
const ONCE = EACH.flatMap((type) =>
  happyResources(type)
    .slice(1)
    .map((beside) => beside.type),
);

const AWS = [...new Set([...EACH, ...ONCE])];

/** Each has a cluster of its own, and every tenth one an advisory finding. */
function container(index: number): Declared {
  const name = `db-${index}`;
  const own = {
    name,
    mounts: [
      { type: "volume", source: `${name}-data`, target: "/var/lib/postgresql/data" },
      { type: "volume", source: `${name}-archive`, target: "/archive" },
    ],
    ports: [{ internal: 5432, external: 20_000 + index, ip: "127.0.0.1" }],
    ...(index % 10 === 0 && { stopTimeout: 10 }),
  };
  return { type: CONTAINER, name, properties: { ...HAPPY[CONTAINER], ...own }, protect: true };
}

function fromAws(index: number): Declared {
  const type = AWS[index] ?? (EACH[index % EACH.length] as string);
  return { type, name: `aws-${index}`, properties: HAPPY[type] ?? {}, protect: true };
}

/** The program's resources. */
export function declaredResources(count: number): Declared[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? container(index / 2) : fromAws((index - 1) / 2),
  );
}
