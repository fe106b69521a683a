import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel counts for processes; Linux only, because elsewhere there is no /proc. */
export interface ProcessUsage {
  readonly cpuSec: number;
  /**
   * The most that was resident since the process started. With children (PostgreSQL has one for each connection) what all
   * have now, if that is more: the kernel keeps no peak of several.
   */
  readonly peakMemoryMiB: number;
}

interface Stat {
  readonly parent: number;
  readonly ownTicks: number;
  /** Of children that have ended and were waited for. */
  readonly endedChildrenTicks: number;
}

/** sysconf(_SC_CLK_TCK): 100 on every Linux that Node runs on. */
const ticksPerSec = 100;

export function usageIsKnown(): boolean {
  return process.platform === 'linux';
}

/**
 * Of a process and all its children; of CPU, those that have ended included. The kernel counts every page for it, some
 * milliseconds for each process: not to be asked for again and again beside what is measured ({@link cpuSecOf}).
 */
export function usageOf(pid: number): ProcessUsage {
  const family = familyOf(pid);
  const sharesMiB = [...family.keys()].reduce((sum, member) => sum + shareMiBOf(member), 0);
  return { cpuSec: cpuSecIn(family), peakMemoryMiB: Math.max(memoryOf(pid).peakMiB, sharesMiB) };
}

/** Of a process and all its children, those that have ended included. */
export function cpuSecOf(pid: number): number {
  return cpuSecIn(familyOf(pid));
}

function familyOf(pid: number): ReadonlyMap<number, Stat> {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
    if (stat) all.set(Number(name), stat);
  }
  return new Map([...all].filter(([candidate]) => isWithin(candidate, pid, all)));
}

function cpuSecIn(family: ReadonlyMap<number, Stat>): number {
  let ticks = 0;
  for (const { ownTicks, endedChildrenTicks } of family.values()) ticks += ownTicks + endedChildrenTicks;
  return ticks / ticksPerSec;
}

function isWithin(candidate: number, root: number, all: ReadonlyMap<number, Stat>): boolean {
  for (let at: number | undefined = candidate; at !== undefined && at !== 0; at = all.get(at)?.parent) {
    if (at === root) return true;
  }
  return false;
}

function readStat(pid: number): Stat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null; // it has ended meanwhile
  }
}

/** proc_pid_stat(5). The second field, the name, may hold spaces and brackets: the rest begins after the last one. */
export function parseStat(text: string): Stat {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return { parent, ownTicks: user + system, endedChildrenTicks: childUser + childSystem };
}

export interface ProcessMemory {
  readonly residentMiB: number;
  /** The most that was resident since the process started. */
  readonly peakMiB: number;
}

/** Of the process alone; noughts when it has ended. */
export function memoryOf(pid: number): ProcessMemory {
  try {
    return parseMemory(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return { residentMiB: 0, peakMiB: 0 };
  }
}

/** proc_pid_status(5). */
export function parseMemory(text: string): ProcessMemory {
  return { residentMiB: mebibytesIn(text, 'VmRSS'), peakMiB: mebibytesIn(text, 'VmHWM') };
}

/** What is resident of a process, of pages that several share its part alone: so that a sum has each page once. */
function shareMiBOf(pid: number): number {
  try {
    return mebibytesIn(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'), 'Pss');
  } catch {
    return 0; // it has ended, or is another user's
  }
}

function mebibytesIn(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) / 1_024;
}
