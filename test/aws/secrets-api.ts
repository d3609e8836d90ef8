/** What does Secrets Manager say? A server on this machine that answers GetSecretValue, and nothing else, in its place. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The double. */
export class SecretsApi {
  /** Secrets by ARN; edited by tests. */
  readonly secrets: Record<string, object> = {};
  private server: Server | undefined;

  /** Variables under which a process asks this and not AWS. */
  get env(): Record<string, string> {
    if (!this.server) throw new Error("not started");
    const { port } = this.server.address() as AddressInfo;
    return {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "double",
      AWS_SECRET_ACCESS_KEY: "double",
    };
  }

  async start(): Promise<void> {
    this.server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const { SecretId: id } = JSON.parse(body);
      const secret = this.secrets[id];
      const answer = secret
        ? { ARN: id, Name: id, SecretString: JSON.stringify(secret) }
        : {
            __type: "ResourceNotFoundException",
            Message: "Secrets Manager can't find the specified secret.",
          };
      response
        .writeHead(secret ? 200 : 400, { "content-type": "application/x-amz-json-1.1" })
        .end(JSON.stringify(answer));
    });
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
