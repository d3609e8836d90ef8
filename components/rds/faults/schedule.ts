/** What is wrong with the windows for backups and maintenance? Pure; all times are UTC. */

import { Fault } from "../../faults";
import type { RdsOptions } from "../options";
import { BACKUP_WINDOW, MAINTENANCE_WINDOW } from "../plan";
import { writeUnder } from "./wording";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const DAY = 24 * 60;
const WEEK = 7 * DAY;

/** Minutes that AWS demands of both windows. */
const SHORTEST = 30;

/** Minutes from the start of the day or the week. */
interface Window {
  start: number;
  length: number;
}

/** \`02:30\` */
function readTime(text: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN;
}

/** \`sun:02:30\` */
function readMoment(text: string): number {
  const day = DAYS.indexOf(text.slice(0, 3).toLowerCase());
  return day < 0 || text[3] !== ":" ? Number.NaN : day * DAY + readTime(text.slice(4));
}

function readWindow(text: unknown, read: (part: string) => number, period: number): Window | undefined {
  const [first = "", last = "", ...more] = String(text).split("-");
  const [start, end] = [read(first), read(last)];
  if (more.length > 0 || Number.isNaN(start) || Number.isNaN(end)) return undefined;
  const length = (end - start + period) % period;
  return length < SHORTEST || length > DAY ? undefined : { start, length };
}

function showTime(minutes: number): string {
  const [hours, rest] = [Math.floor((minutes % DAY) / 60), minutes % 60];
  return `${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

function showMoment(minutes: number): string {
  return `${DAYS[Math.floor((minutes % WEEK) / DAY)]}:${showTime(minutes)}`;
}

/** True where any day's backup falls into the maintenance. */
function overlap(backup: Window, maintenance: Window): boolean {
  return DAYS.some((_, day) => {
    const distance = (backup.start + day * DAY - maintenance.start + WEEK) % WEEK;
    return distance < maintenance.length || WEEK - distance < backup.length;
  });
}

function syntaxFault(key: string, value: unknown, form: string, example: string): Fault {
  return new Fault(
    `rds.${key} ${JSON.stringify(value)} is not a window of ${form}, at least ${SHORTEST} minutes and at most a day`,
    writeUnder(`${key}: ${example}`),
  );
}

/** What is wrong with the windows: each by itself, and both together. */
export function scheduleFaults(options: RdsOptions): Fault[] {
  const { backupWindow = BACKUP_WINDOW, maintenanceWindow = MAINTENANCE_WINDOW } = options;
  const backup = readWindow(backupWindow, readTime, DAY);
  const maintenance = readWindow(maintenanceWindow, readMoment, WEEK);
  const faults: Fault[] = [];
  if (!backup) faults.push(syntaxFault("backupWindow", backupWindow, "the form hh:mm-hh:mm", BACKUP_WINDOW));
  if (!maintenance)
    faults.push(
      syntaxFault("maintenanceWindow", maintenanceWindow, "the form ddd:hh:mm-ddd:hh:mm", MAINTENANCE_WINDOW),
    );
  if (!backup || !maintenance || !overlap(backup, maintenance)) return faults;
  // Half an hour after the backup there is room again, unless the backup's window is most of a day.
  const start = 6 * DAY + backup.start + backup.length + SHORTEST;
  const free = { start: start % WEEK, length: 60 };
  const hint = overlap(backup, free)
    ? `backupWindow: ${BACKUP_WINDOW}`
    : `maintenanceWindow: ${showMoment(start)}-${showMoment(start + 60)}`;
  faults.push(
    new Fault(
      `rds.backupWindow ${backupWindow} and rds.maintenanceWindow ${maintenanceWindow} overlap, which RDS refuses`,
      writeUnder(hint),
    ),
  );
  return faults;
}
