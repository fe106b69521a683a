import { setTimeout as sleep } from 'node:timers/promises';

/** Of this test file: Jest gives each its own modules. */
const started = new Map<number, string>();

export function noteProcess(purpose: string, pid: number): void {
  started.set(pid, purpose);
}

/**
 * For afterAll, when everything is stopped: no server that this file started may remain.
 * @throws Error naming those that do
 */
export async function expectNoLeaks(): Promise<void> {
  // The system needs a moment to take away a killed process.
  for (let waitedMs = 0; waitedMs < 500 && remaining().length > 0; waitedMs += 25) await sleep(25);
  const left = remaining();
  if (left.length > 0) throw new Error(`Still running: ${left.join(', ')}`);
}

function remaining(): string[] {
  return [...started].filter(([pid]) => runs(pid)).map(([pid, purpose]) => `${purpose} (pid ${pid})`);
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
