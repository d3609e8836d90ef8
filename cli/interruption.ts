/** How does a command that takes long end early, and clean up before it does? */

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Aborted by the first Ctrl-C; the second one ends the process at once, as it would without this.
 *
 * @param say Tells whoever pressed it that the command has understood.
 */
export function interruption(say: () => void): AbortSignal {
  const controller = new AbortController();
  const abort = () => {
    for (const signal of SIGNALS) process.off(signal, abort);
    say();
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, abort);
  return controller.signal;
}
