import { startReceiver } from '@postel/testing';
import { summariseLatency } from '../figures.js';
import { atMost } from '../goal.js';
import { PhaseFailed, type ChangeKind, type Changes } from '../report.js';
import { watchOtherLoad } from '../stack/other-load.js';
import type { BenchContext } from './bench-context.js';
import type { ChangeProbe, ChangeStage } from './change-stage.js';
import { deliveryChanges } from './changes-of-deliveries.js';
import { doorChanges } from './changes-of-doors.js';

const full = 200;
const quick = 10;
const goalMs = 1_000;
const more = { ingest: 1, dispatcher: 1, deliverer: 2 };

/** How soon a change that one process answered is in force in all others. */
export async function measureChanges(
  { options, stack }: BenchContext,
  step: (line: string) => void,
): Promise<Changes> {
  step('change: starting more processes');
  const doors = await Promise.all(times(more.ingest, () => stack.startAnother('ingest')));
  await Promise.all(times(more.dispatcher, () => stack.startAnother('dispatcher')));
  await Promise.all(times(more.deliverer, () => stack.startAnother('deliverer')));
  const there = { http: { port: doors[0]?.port ?? 0, token: stack.http.token } };
  const receiver = await startReceiver();
  const otherLoad = watchOtherLoad();
  try {
    const stage: ChangeStage = { here: { http: stack.http }, there, receiver };
    const changes = options.quick ? quick : full;
    const kinds: ChangeKind[] = [];
    for (const probe of [...(await deliveryChanges(stage)), ...(await doorChanges(stage))]) {
      step(`change: ${probe.what}`);
      kinds.push(await measure(probe, changes));
    }
    return {
      ingests: 1 + more.ingest,
      dispatchers: 1 + more.dispatcher,
      deliverers: 1 + more.deliverer,
      kinds,
      otherLoadCores: otherLoad(),
      goals: [atMost('in force, at most', Math.max(...kinds.map(slowest)), goalMs, ' ms')],
    };
  } finally {
    await receiver.close();
  }
}

async function measure({ what, once }: ChangeProbe, changes: number): Promise<ChangeKind> {
  const afterMs: number[] = [];
  let early = 0;
  for (let round = 0; round < changes; round++) {
    const observed = await once(round);
    afterMs.push(observed.afterMs);
    early += observed.early;
  }
  const inForceAfter = summariseLatency(afterMs);
  if (!inForceAfter) throw new PhaseFailed(`change: ${what} was not measured`);
  return { what, inForceAfter, early };
}

function slowest({ inForceAfter }: ChangeKind): number {
  return inForceAfter.maxMs;
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
