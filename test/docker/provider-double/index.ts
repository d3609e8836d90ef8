/**
 * What stands in for the Docker provider where its plugin cannot be had? This plugin: version 5.2.0 of `docker` to the
 * engine, and faithful to what was recorded from the released one (../recorded).
 *
 * What it does not do:
 * - Other resources than Container, Volume, Network and RemoteImage; functions; RemoteImage with `build`.
 * - Properties of Container that `unsupported` in container.ts names. Using one is refused in the preview.
 * - Registries with a login, engines over SSH or TLS by configuration. `host` and DOCKER_HOST work.
 * - Order and paths of a detailed diff as the released plugin writes them. Operation and reasons are the same.
 * - The seconds of waiting that the released plugin adds around networks and volumes.
 */

import { container } from "./container";
import { image } from "./image";
import { network } from "./network";
import { Plugin } from "./server";
import { volume } from "./volume";

new Plugin({
  "docker:index/container:Container": container,
  "docker:index/network:Network": network,
  "docker:index/remoteImage:RemoteImage": image,
  "docker:index/volume:Volume": volume,
}).serve();
