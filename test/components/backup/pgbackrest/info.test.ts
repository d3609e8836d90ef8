import assert from "node:assert/strict";
import { readInfo } from "../../../../components/backup/pgbackrest/info";

/** As pgBackRest 2.45 prints it, for a full backup in two repositories and a later one that found damaged pages. */
const INFO = `[{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":"000000010000000000000006","min":"000000010000000000000001"}],
"backup":[
{"archive":{"start":"000000010000000000000004","stop":"000000010000000000000004"},"backrest":{"format":5,"version":"2.45"},"database":{"id":1,"repo-key":1},"error":false,"info":{"delta":22992412,"repository":{"delta":2809040,"size":2809040},"size":22992412},"label":"20261126-142420F","lsn":{"start":"0/4000028","stop":"0/4000138"},"prior":null,"reference":null,"timestamp":{"start":1795703060,"stop":1795703061},"type":"full"},
{"archive":{"start":"000000020000000000000005","stop":"000000020000000000000006"},"backrest":{"format":5,"version":"2.45"},"database":{"id":1,"repo-key":1},"error":true,"info":{"delta":8500,"repository":{"delta":389,"size":2809040},"size":22992412},"label":"20261126-142420F_20261126-142423I","lsn":{"start":"0/5000028","stop":"0/6000050"},"prior":"20261126-142420F","reference":["20261126-142420F"],"timestamp":{"start":1795703063,"stop":1795703064},"type":"incr"},
{"archive":{"start":"000000010000000000000004","stop":"000000010000000000000004"},"backrest":{"format":5,"version":"2.45"},"database":{"id":1,"repo-key":2},"error":false,"info":{"delta":22992412,"repository":{"delta":2809041,"size":2809041},"size":22992412},"label":"20261126-142420F","lsn":{"start":"0/4000028","stop":"0/4000138"},"prior":null,"reference":null,"timestamp":{"start":1795703060,"stop":1795703061},"type":"full"}
],"cipher":"none","db":[{"id":1,"repo-key":1,"system-id":7712485608039383081,"version":"15"},{"id":1,"repo-key":2,"system-id":7712485608039383081,"version":"15"}],"name":"main","repo":[{"cipher":"none","key":1,"status":{"code":0,"message":"ok"}}],"status":{"code":0,"lock":{"backup":{"held":false}},"message":"ok"}}]`;

const FULL = {
  id: "20261126-142420F",
  type: "full",
  serverVersion: "15",
  systemIdentifier: "7712485608039383081",
  timeline: 1,
  start: { time: "2026-11-26T14:24:20.000000Z", lsn: "0/4000028" },
  stop: { time: "2026-11-26T14:24:22.000000Z", lsn: "0/4000138" },
  restoredSize: 22_992_412,
  damaged: false,
};

describe("the answer of pgbackrest info", () => {
  it("tells every backup in every repository, with the identifier in full", () => {
    assert.deepEqual(readInfo(INFO, "main"), [
      { ...FULL, size: 2_809_040, restoredSize: 22_992_412, repository: 1 },
      { ...FULL, size: 2_809_041, restoredSize: 22_992_412, repository: 2 },
      {
        ...FULL,
        id: "20261126-142420F_20261126-142423I",
        type: "incr",
        timeline: 2,
        start: { time: "2026-11-26T14:24:23.000000Z", lsn: "0/5000028" },
        stop: { time: "2026-11-26T14:24:25.000000Z", lsn: "0/6000050" },
        size: 389,
        restoredSize: 22_992_412,
        repository: 1,
        damaged: true,
      },
    ]);
  });

  it("tells of no backup where there is no stanza", () => {
    assert.deepEqual(readInfo("[]", "main"), []);
  });
});
