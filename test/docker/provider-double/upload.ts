/** How does a file get into a container that does not run yet? As a tar archive of one file. */

import { readFile } from "node:fs/promises";
import type { Container } from "dockerode";
import type { ContainerInputs } from "./container-inputs";
import { attempt } from "./resource";

type Upload = NonNullable<ContainerInputs["uploads"]>[number];

const block = 512;

/** The archive's header. https://www.gnu.org/software/tar/manual/html_node/Standard.html */
function header(name: string, mode: number, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  if (Buffer.byteLength(name) > 100)
    throw new Error(`the double uploads no file with a path as long as ${name}`);
  bytes.write(name, 0);
  bytes.write(octal(mode, 8) + octal(0, 8) + octal(0, 8), 100);
  bytes.write(octal(size, 12) + octal(Math.floor(Date.now() / 1000), 12), 124);
  bytes.write(" ".repeat(8), 148);
  bytes.write("0", 156);
  bytes.write("ustar\u000000", 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}

function archive(name: string, mode: number, content: Buffer): Buffer {
  const padding = (block - (content.length % block)) % block;
  return Buffer.concat([header(name, mode, content.length), content, Buffer.alloc(padding + 2 * block)]);
}

async function contentOf({ content, contentBase64, source }: Upload): Promise<Buffer> {
  const given = [content, contentBase64, source].filter(Boolean).length;
  const choice = "of 'content', 'content_base64', or 'source'";
  if (given === 0) throw new Error(`error with upload content: one ${choice} must be set`);
  if (given > 1) throw new Error(`error with upload content: only one ${choice} can be set`);
  if (content) return Buffer.from(content);
  return contentBase64 ? Buffer.from(contentBase64, "base64") : readFile(source as string);
}

/** The mode of the file: as given, or for everybody to read. */
function modeOf({ permissions, executable }: Upload): number {
  if (permissions) return Number.parseInt(permissions, 8);
  return executable ? 0o744 : 0o644;
}

/** Puts the file below `/` of the container. */
export async function upload(container: Container, file: Upload): Promise<void> {
  const tar = archive(file.file.replace(/^\/+/, ""), modeOf(file), await contentOf(file));
  await attempt("Unable to upload volume content", container.putArchive(tar, { path: "/" }));
}
