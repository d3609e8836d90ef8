/** Memory and CPUs that count, from files as Linux writes them. */

import assert from "node:assert/strict";
import { detectResources } from "../../../components/local/machine";

const GB = 2 ** 30;
const HOST = { memory: 32 * GB, cpus: 8 };
const PHYSICAL = { memory: 32 * GB, cpus: 8, source: "physical memory" };

/** Case, files, and what counts. */
const MACHINES: Record<string, readonly [files: Record<string, string>, expected: object]> = {
  "no cgroups, as on macOS": [{}, PHYSICAL],
  "cgroup v2 without limits": [
    {
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/memory.max": "max\n",
      "/sys/fs/cgroup/cpu.max": "max 100000\n",
    },
    PHYSICAL,
  ],
  "cgroup v2 in a container": [
    {
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/memory.max": `${4 * GB}\n`,
      "/sys/fs/cgroup/cpu.max": "200000 100000\n",
    },
    { memory: 4 * GB, cpus: 2, source: "cgroup v2 memory.max" },
  ],
  "cgroup v2 with a limit on the process's own group": [
    {
      "/proc/self/cgroup": "0::/system.slice/app.service\n",
      "/sys/fs/cgroup/system.slice/app.service/memory.max": `${2 * GB}\n`,
      "/sys/fs/cgroup/system.slice/memory.max": "max\n",
    },
    { memory: 2 * GB, cpus: 8, source: "cgroup v2 memory.max" },
  ],
  "cgroup v2 with a tighter limit further out": [
    {
      "/proc/self/cgroup": "0::/a/b/c\n",
      "/sys/fs/cgroup/a/b/c/memory.max": `${8 * GB}\n`,
      "/sys/fs/cgroup/a/b/memory.max": "max\n",
      "/sys/fs/cgroup/a/memory.max": `${3 * GB}\n`,
      "/sys/fs/cgroup/a/b/c/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/a/cpu.max": "350000 100000\n",
    },
    { memory: 3 * GB, cpus: 3, source: "cgroup v2 memory.max" },
  ],
  "cgroup v2 with a limit above the machine": [
    {
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/memory.max": `${64 * GB}\n`,
      "/sys/fs/cgroup/cpu.max": "6400000 100000\n",
    },
    PHYSICAL,
  ],
  "less than one CPU counts as one": [
    { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "50000 100000\n" },
    { memory: 32 * GB, cpus: 1, source: "physical memory" },
  ],
  "cgroup v1 without limits": [
    {
      "/proc/self/cgroup": "5:memory:/\n4:cpu,cpuacct:/\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    },
    PHYSICAL,
  ],
  "cgroup v1 in a container": [
    {
      "/proc/self/cgroup": "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": `${GB}\n`,
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "150000\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "50000\n",
    },
    { memory: GB, cpus: 3, source: "cgroup v1 memory.limit_in_bytes" },
  ],
  "cgroup v1 with a limit on the process's own group": [
    {
      "/proc/self/cgroup": "11:cpuset:/\n5:memory:/user/app\n4:cpu,cpuacct:/user/app\n0::/user/app\n",
      "/sys/fs/cgroup/memory/user/app/memory.limit_in_bytes": `${5 * GB}\n`,
      "/sys/fs/cgroup/cpu/user/app/cpu.cfs_quota_us": "400000\n",
      "/sys/fs/cgroup/cpu/user/app/cpu.cfs_period_us": "100000\n",
    },
    { memory: 5 * GB, cpus: 4, source: "cgroup v1 memory.limit_in_bytes" },
  ],
  "files that hold nothing, or no number": [
    { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "\n", "/sys/fs/cgroup/cpu.max": "none\n" },
    PHYSICAL,
  ],
};

describe("resources of a machine:", () => {
  for (const [name, [files, expected]] of Object.entries(MACHINES))
    it(name, () => {
      assert.deepEqual(
        detectResources((file) => files[file], HOST),
        expected,
      );
    });

  it("this one has some", () => {
    const { memory, cpus, source } = detectResources();
    assert.ok(memory > 2 ** 20 && Number.isFinite(memory));
    assert.ok(Number.isInteger(cpus) && cpus >= 1);
    assert.match(source, /^(cgroup v[12] memory\.\w+|physical memory)$/);
  });
});
