// Takes a backup in a process of its own, which a test stops and kills. Argument: location and port as JSON.
require("tsx/cjs");
const { LocalBackupStore } = require("../../../../components/backup/local/store");

const { location, port } = JSON.parse(process.argv[2]);
LocalBackupStore.at(location, port).backup("full", { info() {}, status() {} });
