/** The connection in the forms that applications read. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { ENV_FORMATS, envText } from "../../cli/env";
import type { StackOutputs } from "../../cli/project";
import { connectionEnvironment } from "../../components/environment";

function outputs(password: string): StackOutputs {
  const address = { host: "127.0.0.1", port: 15432, database: "app", sslmode: "disable" };
  return {
    ...address,
    user: "app",
    env: connectionEnvironment(address, { user: "app", password }),
  } as unknown as StackOutputs;
}

/** Passwords that a careless quoting would change. */
const PASSWORDS = [
  "plain",
  "",
  "two words",
  "it's",
  "$HOME `id` $(id)",
  'a"b',
  "back\\slash",
  "#hash",
  "ü 🐘",
  "a;b&c|d",
  "*",
];

describe("env", () => {
  it("as dotenv is a line for each variable, quoted where needed", () => {
    assert.equal(
      envText("dotenv", outputs("it's $HOME")),
      [
        "DATABASE_URL='postgresql://app:it'\\''s%20%24HOME@127.0.0.1:15432/app?sslmode=disable'",
        "PGHOST=127.0.0.1",
        "PGPORT=15432",
        "PGDATABASE=app",
        "PGUSER=app",
        "PGPASSWORD='it'\\''s $HOME'",
        "PGSSLMODE=disable",
      ].join("\n"),
    );
  });

  for (const password of PASSWORDS)
    it(`as dotenv is read by a shell as it is, with the password ${JSON.stringify(password)}`, () => {
      const given = outputs(password);
      const script = `set -a\n${envText("dotenv", given)}\nenv -0`;
      const read = execFileSync("sh", ["-c", script], { encoding: "utf8", env: { PATH: process.env.PATH } });
      const variables = Object.fromEntries(
        read.split("\0").map((entry) => entry.split(/=(.*)/s).slice(0, 2)),
      );
      for (const [name, value] of Object.entries(given.env)) assert.equal(variables[name], value, name);
    });

  it("as JSON is the variables", () => {
    const given = outputs("it's");
    assert.deepEqual(JSON.parse(envText("json", given)), given.env);
  });

  it("as Django's settings is Python", () => {
    assert.equal(
      envText("django", outputs('a"b\\c')),
      [
        "DATABASES = {",
        '    "default": {',
        '        "ENGINE": "django.db.backends.postgresql",',
        '        "NAME": "app",',
        '        "USER": "app",',
        '        "PASSWORD": "a\\"b\\\\c",',
        '        "HOST": "127.0.0.1",',
        '        "PORT": "15432",',
        '        "CONN_HEALTH_CHECKS": True,',
        '        "OPTIONS": {"sslmode": "disable"},',
        "    }",
        "}",
      ].join("\n"),
    );
  });

  it("in another format is refused", () => {
    assert.deepEqual(Object.keys(ENV_FORMATS), ["dotenv", "json", "django"]);
    for (const format of ["yaml", "constructor"])
      assert.throws(() => envText(format, outputs("x")), {
        name: "Fault",
        message: `format ${format} is not one of dotenv, json, django\nHINT: --format dotenv`,
      });
  });
});
