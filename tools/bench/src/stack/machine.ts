import { execFileSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Machine } from '../report.js';

const notStarted = 'not started';

/** Figures mean nothing without the machine they were measured on. The servers only where they were started. */
export function describeMachine(natsServer = notStarted, postgresPid?: number): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    cpu: processors[0]?.model.trim() ?? 'unknown CPU',
    memoryGiB: Math.round(totalmem() / 1_024 ** 3),
    node: process.versions.node,
    natsServer,
    postgres: postgresPid === undefined ? notStarted : postgresVersion(postgresPid),
    date: new Date().toISOString().slice(0, 10),
  };
}

/** Of the running server, asked of its own binary. */
function postgresVersion(pid: number): string {
  try {
    const text = execFileSync(readlinkSync(`/proc/${pid}/exe`), ['--version'], { encoding: 'utf8' });
    return /\d+(\.\d+)*/.exec(text)?.[0] ?? 'of unknown version';
  } catch {
    return 'of unknown version'; // no /proc on this system
  }
}
