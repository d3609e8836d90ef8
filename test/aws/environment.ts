/** Runs a test with doubles in place of AWS's services. */

interface Double {
  readonly env: Record<string, string>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the doubles, leads AWS's clients in this process to them, and puts the environment back. */
export async function withDoubles(doubles: readonly Double[], test: () => Promise<void>): Promise<void> {
  for (const double of doubles) await double.start();
  const env = Object.assign({}, ...doubles.map((double) => double.env));
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  try {
    await test();
  } finally {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    for (const double of doubles) await double.stop();
  }
}
