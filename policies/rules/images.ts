/** Is it always the same image? */

import { floatingTag, type ImageName } from "../../components/docker/image";
import type { Rule, RuleOf } from "../rule";

type ImageRow = Pick<RuleOf<"image">, "name" | "title" | "severity" | "ids" | "why" | "good" | "bad"> & {
  problem(name: ImageName, property: string): { fact: string; hint: string } | undefined;
};

function imageRule({ problem, ...row }: ImageRow): RuleOf<"image"> {
  return {
    ...row,
    protects: "availability",
    docs: "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
    reads: "image",
    property: "image, RemoteImage.name",
    unknown: "passes",
    judge({ name, property }) {
      const found = problem(name, property);
      return found ? [{ property, value: name.written, ...found }] : [];
    },
  };
}

export const IMAGE_RULES: readonly Rule[] = [
  imageRule({
    name: "image-floating",
    title: "The image's major version is fixed",
    severity: "high",
    ids: ["CIS-Docker:5.28", "trivy:DS-0001", "CKV_DOCKER_7"],
    why: "When the tag moves to the next major version, the server refuses the data directory of the old one.",
    good: { change: { image: "postgres:15" } },
    bad: { change: { image: "postgres:latest" } },
    problem(name, property) {
      const found = floatingTag(name);
      if (found === undefined) return undefined;
      const base = name.written.replace(/:[^:/]*$/, "");
      return {
        fact: `image ${name.written} ${found}: the next major version refuses the data directory, and the database stays down`,
        hint: `write \`${base}:15\`, or the tag of the major version that made the data, in ${property}`,
      };
    },
  }),
  imageRule({
    name: "docker-image-pinned",
    title: "The image is named by its digest",
    severity: "medium",
    ids: ["CIS-Docker:5.28", "docker-bench:check_5_28"],
    why: "A tag is moved to other libraries: another C library sorts text differently, and indexes on text are corrupt.",
    good: { change: {} },
    bad: { change: { image: "postgres:15" } },
    problem(name, property) {
      if (name.digest !== undefined) return undefined;
      return {
        fact: `image ${name.written} is named by a tag, which moves: another C library sorts text differently, and corrupts indexes`,
        hint: `write \`${name.written}@sha256:…\` in ${property} (\`docker buildx imagetools inspect ${name.written}\` shows the digest)`,
      };
    },
  }),
];
