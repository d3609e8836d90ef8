/** Which line of the program declares a resource? */

import { existsSync } from "node:fs";
import path from "node:path";
import { knownText, list, record } from "../../policies/reading/known";
import type { PlannedStep } from "../preview/engine-output";

/** A line of a file, both counted from 1. */
export interface SourceLine {
  /** From the repository's root, with slashes. */
  file: string;
  line: number;
  column: number;
}

/** What the SDKs write: the path is from the project's folder. */
const POSITION = /^project:\/\/\/(.+)#(\d+)(?:,(\d+))?$/;

/**
 * Lines by URN. What a component of a package makes is shown where the program makes the component.
 *
 * @param steps Of a preview's digest: the engine's events hold no positions (3.259, measured).
 * @param projectRoot Folder of Pulumi.yaml.
 * @param repository Folder of the repository.
 */
export function sourceLines(
  steps: readonly PlannedStep[],
  projectRoot: string,
  repository: string,
): ReadonlyMap<string, SourceLine> {
  const lines = new Map<string, SourceLine>();
  for (const { urn, new: state } of steps) {
    const frames = [state, ...list(state.stackTrace).map(record)];
    const found = frames
      .map((frame) => sourceLine(knownText(frame.sourcePosition) ?? "", projectRoot, repository))
      .find((line) => line !== undefined);
    if (found) lines.set(urn, found);
  }
  return lines;
}

/** Undefined for code of somebody else's: other packages, and what lies outside of the repository. */
function sourceLine(position: string, projectRoot: string, repository: string): SourceLine | undefined {
  const [, written = "", line, column] = POSITION.exec(position) ?? [];
  const source = path.resolve(projectRoot, decoded(written));
  const file = path.relative(repository, source);
  const parts = file.split(path.sep);
  if (line === undefined || parts.includes("node_modules") || parts[0] === ".." || !existsSync(source))
    return undefined;
  return { file: parts.join("/"), line: Number(line), column: Number(column ?? 1) };
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
