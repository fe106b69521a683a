import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and someone else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line, arguments parted by blanks; undefined when the process is gone or a zombie. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return raw === '' ? undefined : raw.split('\0').join(' ').trim();
  }
  return ps('command=', pid);
}

/** Tells a process from a later one that got the same pid; undefined when it is gone. */
export async function startMarkOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name, in brackets, may hold anything; what follows is fixed: state is field 3, start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  }
  return ps('lstart=', pid);
}

async function ps(column: string, pid: number): Promise<string | undefined> {
  const found = await run('ps', ['-ww', '-o', column, '-p', String(pid)]).catch(() => undefined);
  const text = found?.stdout.trim();
  return text === '' ? undefined : text;
}
