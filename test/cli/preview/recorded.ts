/** What does the engine print for a plan? The shapes of CLI 3.259, with the parts that are read. */

/** One step; `old` and `new` are the states. */
export interface Step {
  op: string;
  type: string;
  name: string;
  keys?: readonly string[];
  old?: object;
  new?: object;
  detailedDiff?: object;
}

export function urn(type: string, name: string): string {
  return `urn:pulumi:dev::shop::${type}::${name}`;
}

/** `PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json`, `up --json`, `destroy --json`. */
export function stream(steps: readonly Step[], others: readonly object[] = [], result = "succeeded"): string {
  const events = [
    { preludeEvent: { config: {} } },
    ...steps.map(({ type, name, op, keys, old, new: wanted, detailedDiff = null }) => ({
      resourcePreEvent: {
        metadata: {
          op,
          urn: urn(type, name),
          type,
          old: old ?? null,
          new: wanted ?? null,
          ...(keys && { keys }),
          detailedDiff,
          provider: "",
        },
        planning: true,
      },
    })),
    ...others,
    { summaryEvent: { durationSeconds: 1, resourceChanges: { same: 1 }, isPreview: true, result } },
  ];
  return events.map((event, sequence) => `${JSON.stringify({ sequence, ...event })}\n`).join("");
}

/** `pulumi preview --json`. */
export function digest(steps: readonly Step[], diagnostics: readonly object[] = []): string {
  return JSON.stringify({
    steps: steps
      .filter(({ op }) => !/-/.test(op))
      .map(({ type, name, op, keys, old, new: wanted, detailedDiff = null }) => ({
        op,
        urn: urn(type, name),
        oldState: old,
        newState: wanted,
        ...(keys && { replaceReasons: keys }),
        detailedDiff,
      })),
    diagnostics,
    changeSummary: { same: 1 },
  });
}

/** A violation, as the engine prints that of our pack. */
export function violation(change: object = {}): object {
  return {
    policyEvent: {
      resourceUrn: urn("docker:index/container:Container", "db"),
      message:
        'fsync is on, not off\ndocker Container db: fsync is off: a power cut can leave the cluster unreadable\nPROPERTY: command[2]\nHINT: write `"fsync=on"` in command[2]\nDOCS: https://example.com/fsync\nSAME AS: PMM:postgresql_fsync, other:1\n',
      color: "never",
      policyName: "fsync-off",
      policyPackName: "durable-postgres",
      policyPackVersion: "0.1.0",
      enforcementLevel: "mandatory",
      severity: "critical",
      ...change,
    },
  };
}
