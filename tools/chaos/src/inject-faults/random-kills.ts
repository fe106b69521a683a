import type { TimedAct } from './act.js';
import type { FaultTiming } from './fault.js';

/** What every stack has; a second deliverer beside it lives. */
const targets = [
  'ingest',
  'dispatcher',
  'deliverer-1',
  'dead-letter',
  'metrics',
  'nats-1',
  'postgres',
] as const;

/** Anything, one after the other and now and then two at once. */
export function randomKills({ loadMs, random }: FaultTiming): TimedAct[] {
  const acts: TimedAct[] = [];
  for (let atMs = 1_500; atMs < loadMs; atMs += random.between(300, 4_000)) {
    acts.push({
      atMs,
      act: { kind: 'kill', target: random.pick(targets), awayMs: random.between(300, 2_500) },
    });
  }
  return acts;
}
