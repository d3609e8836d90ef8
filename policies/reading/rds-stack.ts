/** Which resources of the stack belong to a database of RDS? */

import type { Resource } from "../rule";
import { CLUSTER, CLUSTER_INSTANCE, INSTANCE } from "../subjects";
import { knownText, UNKNOWN } from "./known";
import { type Database, readDatabase } from "./rds";
import { Referable } from "./references";

/** A database of PostgreSQL in the stack. */
export interface StackDatabase {
  resource: Resource;
  database: Database;
}

/** Databases of PostgreSQL of some types; one whose engine is not known yet is judged in the update. */
export function databasesOf(resources: readonly Resource[], ...types: readonly string[]): StackDatabase[] {
  return resources.flatMap((resource) => {
    if (!types.includes(resource.type)) return [];
    const database = readDatabase(resource.type, resource.properties);
    return database === undefined || database === UNKNOWN ? [] : [{ resource, database }];
  });
}

/** Resources of one type, to be found by URN or by what a property calls them. */
export function referable(resources: readonly Resource[], type: string, ...names: string[]) {
  return new Referable(
    resources.filter((resource) => resource.type === type).map((resource) => ({ resource })),
    ({ resource }) => names.flatMap((name) => knownText(resource.properties[name]) ?? []),
  );
}

export type Lookup = ReturnType<typeof referable>;

/** Resources that a property, or each element of a list, means; what can be any of them means none. */
export function meant(lookup: Lookup, from: Resource, property: string): Resource[] {
  const value = from.properties[property];
  const found = (Array.isArray(value) ? value : [value]).flatMap((element) => {
    const targets = lookup.of(from, property, element);
    return targets === UNKNOWN ? [] : targets.map(({ resource }) => resource);
  });
  return [...new Set(found)];
}

/** Members of each cluster. One whose cluster is not known counts for all. */
export function membersOf(resources: readonly Resource[]): (cluster: Resource) => Resource[] {
  const clusters = referable(resources, CLUSTER, "clusterIdentifier");
  const members = new Map<Resource, Resource[]>();
  const anybodys: Resource[] = [];
  for (const member of resources.filter(({ type }) => type === CLUSTER_INSTANCE)) {
    const targets = clusters.of(member, "clusterIdentifier");
    if (targets === UNKNOWN) anybodys.push(member);
    else
      for (const { resource } of targets) members.set(resource, [...(members.get(resource) ?? []), member]);
  }
  return (cluster) => [...(members.get(cluster) ?? []), ...anybodys];
}

/** The database that a snapshot is taken of, as far as it is in the stack. */
export function snapshotSources(resources: readonly Resource[]): (snapshot: Resource) => Resource[] {
  const instances = referable(resources, INSTANCE, "identifier");
  const clusters = referable(resources, CLUSTER, "clusterIdentifier");
  return (snapshot) => [
    ...meant(instances, snapshot, "dbInstanceIdentifier"),
    ...meant(clusters, snapshot, "dbClusterIdentifier"),
  ];
}
