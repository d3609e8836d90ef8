/** `durable-postgres env`: the connection of a stack in the form an application reads. */

import { Fault } from "../components/faults";
import type { StackOutputs } from "./project";

type Format = (outputs: StackOutputs) => string;

/** A value that shells and dotenv readers take literally. */
function quoted(value: string): string {
  return /^[\w@%+=:,./?&-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** `DATABASES` of Django. https://docs.djangoproject.com/en/stable/ref/databases/#postgresql-notes */
function django({ env, sslmode }: StackOutputs): string {
  const text = (value: string | undefined) => JSON.stringify(value ?? "");
  return [
    "DATABASES = {",
    '    "default": {',
    '        "ENGINE": "django.db.backends.postgresql",',
    `        "NAME": ${text(env.PGDATABASE)},`,
    `        "USER": ${text(env.PGUSER)},`,
    `        "PASSWORD": ${text(env.PGPASSWORD)},`,
    `        "HOST": ${text(env.PGHOST)},`,
    `        "PORT": ${text(env.PGPORT)},`,
    '        "CONN_HEALTH_CHECKS": True,',
    `        "OPTIONS": {"sslmode": ${text(sslmode)}},`,
    "    }",
    "}",
  ].join("\n");
}

/** Formats by name. */
export const ENV_FORMATS: Readonly<Record<string, Format>> = {
  dotenv: ({ env }) =>
    Object.entries(env)
      .map(([name, value]) => `${name}=${quoted(value)}`)
      .join("\n"),
  json: ({ env }) => JSON.stringify(env, null, 2),
  django,
};

/**
 * The text of a format.
 *
 * @throws Fault for an unknown format.
 */
export function envText(format: string, outputs: StackOutputs): string {
  const render = Object.hasOwn(ENV_FORMATS, format) ? ENV_FORMATS[format] : undefined;
  if (!render)
    throw new Fault(
      `format ${format} is not one of ${Object.keys(ENV_FORMATS).join(", ")}`,
      "--format dotenv",
    );
  return render(outputs);
}
