/** Instance classes: recorded rows, and the memory a database is sized from. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  classesFor,
  classResources,
  classWith,
  closestClass,
  type InstanceClass,
  instanceClass,
} from "../../../components/rds/classes";
import { TOPOLOGIES } from "../../../components/rds/options";
import { classOf } from "../../../components/rds/plan";

const MIB = 1024 ** 2;
const row = (name: string) => instanceClass(name) as InstanceClass;

describe("instance classes", () => {
  it("have memory, CPUs and the topologies they serve", () => {
    assert.deepEqual(row("db.m7g.large"), {
      memory: 8192,
      vcpus: 2,
      topologies: ["single", "multi-az"],
    });
    assert.deepEqual(row("db.m6gd.large"), {
      memory: 8192,
      vcpus: 2,
      topologies: ["single", "multi-az", "cluster"],
    });
    assert.deepEqual(row("db.r7g.large"), {
      memory: 16_384,
      vcpus: 2,
      topologies: ["single", "multi-az", "aurora"],
    });
    assert.equal(instanceClass("db.m7g.enormous"), undefined);
    assert.equal(instanceClass("constructor"), undefined);
  });

  for (const topology of TOPOLOGIES)
    it(`serve ${topology} by its own default`, () => {
      assert.ok(classesFor(topology).includes(classOf({ topology })));
    });

  it("with local disks only are those of clusters", () => {
    const others = classesFor("cluster").filter((name) => !/^db\.[a-z]\d+[a-z]*d[a-z]*\./.test(name));
    assert.deepEqual(others, []);
  });

  it("that are misspelt are found again", () => {
    assert.equal(closestClass("db.m7g.larg", "single"), "db.m7g.large");
    assert.equal(closestClass("db.r7g.lage", "aurora"), "db.r7g.large");
  });

  it("are offered by size: the smallest that is enough, of the same generation if there is one", () => {
    const enough = (memory: number) => (candidate: InstanceClass) => candidate.memory >= memory;
    assert.equal(classWith(enough(10_000), { topology: "single", like: "db.m7g.large" }), "db.m7g.xlarge");
    assert.equal(classWith(enough(300_000), { topology: "single", like: "db.t4g.small" }), "db.r5.12xlarge");
    assert.equal(
      classWith(() => false, { topology: "single", like: "db.m7g.large" }),
      undefined,
    );
  });
});

describe("the memory of an instance class", () => {
  it("stays below what a db.t4g.micro was seen with: shared_buffers of 184648 kB are a quarter", () => {
    const { memory, cpus } = classResources(row("db.t4g.micro"), "single");
    assert.equal(cpus, 2);
    assert.ok(memory < 184_648 * 1024 * 4);
    assert.ok(memory > 0.9 * 184_648 * 1024 * 4);
  });

  it("is at most what the machine has, whatever the class and the topology", () => {
    for (const topology of TOPOLOGIES)
      for (const name of classesFor(topology)) {
        const { memory } = classResources(row(name), topology);
        assert.ok(memory > 0 && memory < row(name).memory * MIB, `${name} ${topology}: ${memory}`);
      }
  });

  it("leaves Aurora's buffer cache out: half of what the inequality starts from and the cache fit together", () => {
    for (const name of classesFor("aurora")) {
      const real = classResources(row(name), "single").memory;
      const cache = Math.max(0, (real / 12_038 - 50_003) * 8192);
      assert.ok(classResources(row(name), "aurora").memory / 2 + cache <= real + 8192, name);
    }
  });

  it("grows with the machine", () => {
    const size = fc.integer({ min: 1024, max: 4_000_000 });
    fc.assert(
      fc.property(size, size, fc.constantFrom(...TOPOLOGIES), (one, other, topology) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const of = (memory: number) => classResources({ memory, vcpus: 2, topologies: [] }, topology).memory;
        assert.ok(of(less) <= of(more) + 16_384);
      }),
    );
  });
});
