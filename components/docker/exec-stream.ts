/** How is a server reached in a container without a network? Through a program in it that passes bytes on. */

import { Duplex, PassThrough } from "node:stream";
import type Docker from "dockerode";
import { PORT } from "./layout";

/** Ends when the server ends the session. The shell itself opens the connection: images need not hold a program for it. */
const RELAY = `exec 3<>/dev/tcp/127.0.0.1/${PORT} && { cat <&0 >&3 & cat <&3; kill $! 2>/dev/null; wait; }`;

/** A session's bytes over `docker exec`. It has what `pg` asks of a socket. */
class ExecStream extends Duplex {
  private exec: NodeJS.ReadWriteStream | undefined;

  constructor(
    private readonly docker: Docker,
    private readonly container: string,
    private readonly user: string,
  ) {
    // `pg` hears of a server's end by the stream's close, which waits for both directions.
    super({ allowHalfOpen: false });
  }

  /** Called by `pg`; where to is known already. */
  connect(): this {
    this.open().then(
      () => this.emit("connect"),
      (error) => this.destroy(error),
    );
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  private async open(): Promise<void> {
    const exec = await this.docker.getContainer(this.container).exec({
      Cmd: ["bash", "-c", RELAY],
      User: this.user,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    this.docker.modem.demuxStream(stream, stdout, stderr);
    stdout.on("data", (bytes) => this.push(bytes));
    stderr.resume();
    stream.once("end", () => this.push(null)).once("error", (error) => this.destroy(error));
    this.exec = stream;
  }

  override _read(): void {
    // Docker's stream pushes.
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.exec?.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.exec?.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    (this.exec as { destroy?(): void } | undefined)?.destroy?.();
    done(error);
  }
}

/** Makes a new session's stream to the server in a container, which listens on its loopback address. */
export function execStream(docker: Docker, container: string, user: string): () => Duplex {
  return () => new ExecStream(docker, container, user);
}
