import { setTimeout as delay } from 'node:timers/promises';
import { DemoFault, reasonOf } from '../demo-fault.js';
import { startAllInOneProcess, type AllInOneProcess } from './all-in-one-process.js';
import { probe } from './probe.js';
import type { StackAddress } from './stack-address.js';

export interface KeptStack {
  stop(): Promise<void>;
}

export interface KeepStackOptions {
  readonly address: StackAddress;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const maxRestarts = 5;
/** Whoever killed it may bring it back too. */
const othersFirstMs = 2_000;

/** A stack of our own; killed in the middle, it is started again, as an orchestrator would. @throws {DemoFault} */
export async function keepStack({ address, env, signal, say }: KeepStackOptions): Promise<KeptStack> {
  const start = () => startAllInOneProcess({ ...env, POSTEL_DATA_DIR: address.dataDir }, say);
  let running = start();
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await running.stop();
  };
  await readyOrFault(running, signal).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const keep = async () => {
    for (let restarts = 0; restarts < maxRestarts; restarts++) {
      await running.whenEnded;
      if (stopping) return;
      say(`! Postel ended (${running.ended()}); it is started again`);
      await delay(othersFirstMs);
      if (stopping) return;
      if ((await probe(address.url)) !== 'absent') return say('! someone else has started it');
      running = start();
      await running.whenReady;
    }
  };
  keep().catch((error: unknown) => say(`! Postel cannot be started again: ${reasonOf(error)}`));
  return { stop };
}

async function readyOrFault(running: AllInOneProcess, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  const ready = await Promise.race([running.whenReady, aborted]);
  if (!ready) throw new DemoFault(`Postel did not start (${running.ended()}).`);
}
