/** How is a rehearsal conducted, whatever is restored? Step by step; a failure is a result. */

import { randomUUID } from "node:crypto";
import { isFault } from "../faults";
import type { Progress } from "../progress";
import { now, showTime } from "./time";

/** One step, in the order they are tried. */
interface RehearsalStep {
  name: string;
  ok: boolean;
  seconds: number;
  /** What was found. */
  detail: string;
}

/** The result of a rehearsal. */
export interface Rehearsal {
  ok: boolean;
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string;
  /** Name of the restore point. */
  restorePoint: string;
  /** Id of the backup that was restored; null where it did not come to that. */
  backup: string | null;
  /** From the first byte copied until the server took connections; null where it never did. */
  restoreSeconds: number | null;
  /** Age of the newest restored row when the restored server took connections. */
  dataAgeSeconds: number | null;
  steps: RehearsalStep[];
  /** Why it failed; null for a success. */
  failure: string | null;
}

/** Keeps the time and the end of each step, and what was found on the way. */
export class Protocol {
  readonly found: Pick<Rehearsal, "backup" | "restoreSeconds" | "dataAgeSeconds"> = {
    backup: null,
    restoreSeconds: null,
    dataAgeSeconds: null,
  };
  readonly steps: RehearsalStep[] = [];

  constructor(private readonly progress: Progress) {}

  /** @param begin Milliseconds since 1970. */
  private add(name: string, begin: number, detail: string, ok = true): void {
    this.steps.push({ name, ok, seconds: (Date.now() - begin) / 1000, detail });
  }

  async step<Result extends { detail: string }>(name: string, work: () => Promise<Result>): Promise<Result> {
    const begin = Date.now();
    this.progress.status(name);
    try {
      const result = await work();
      this.add(name, begin, result.detail);
      return result;
    } catch (error) {
      this.add(name, begin, failureText(error), false);
      throw error;
    }
  }

  /**
   * The restore, which is over once there is a server. What is found there are steps of their own.
   *
   * @param throwAway Makes a server, lets somebody look at it, and removes it.
   * @param detail What is said of the seconds that it took.
   */
  async restore<Server extends { restoreSeconds: number }>(
    throwAway: (look: (server: Server) => Promise<void>) => Promise<void>,
    detail: (seconds: number) => string,
    look: (server: Server) => Promise<void>,
  ): Promise<void> {
    const begin = Date.now();
    try {
      await throwAway((server) => {
        this.found.restoreSeconds = server.restoreSeconds;
        this.add("restore", begin, detail(server.restoreSeconds));
        return look(server);
      });
    } catch (error) {
      if (this.found.restoreSeconds === null) this.add("restore", begin, failureText(error), false);
      throw error;
    }
  }
}

function failureText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Errors of a restore that cannot be trusted, as opposed to errors of this program. */
function isFinding(error: unknown): boolean {
  return isFault(error) || typeof (error as { code?: unknown }).code === "string";
}

/**
 * Conducts a rehearsal.
 *
 * @param steps They get the name of the canary and of the restore point. What they throw is why the rehearsal failed, but
 * for errors of this program, which are thrown on.
 */
export async function conduct(
  progress: Progress,
  steps: (restorePoint: string, protocol: Protocol) => Promise<void>,
): Promise<Rehearsal> {
  const startedAt = showTime(now());
  const restorePoint = `rehearsal-${randomUUID()}`;
  const protocol = new Protocol(progress);
  const failure = await steps(restorePoint, protocol).then(
    () => null,
    (error) => {
      if (isFinding(error)) return failureText(error);
      throw error;
    },
  );
  return {
    ok: failure === null,
    startedAt,
    finishedAt: showTime(now()),
    restorePoint,
    ...protocol.found,
    steps: protocol.steps,
    failure,
  };
}
