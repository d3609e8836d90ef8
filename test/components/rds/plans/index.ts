/** What is planned for a database of each topology? One literal each; `database.test.ts` compares. */

import type { Topology } from "../../../../components/rds/options";
import type { Planned } from "../planned";
import { AURORA } from "./aurora";
import { CLUSTER } from "./cluster";
import { MULTI_AZ } from "./multi-az";
import { SINGLE } from "./single";

export const PLANS: Readonly<Record<Topology, readonly Planned[]>> = {
  single: SINGLE,
  "multi-az": MULTI_AZ,
  cluster: CLUSTER,
  aurora: AURORA,
};
