import type { Allowance } from '../check-evidence/evidence.js';
import type { Random } from '../random.js';
import type { StackShape } from '../start-stack/start-stack.js';
import type { TimedAct } from './act.js';

export interface FaultTiming {
  /** How long events are published, at least. */
  readonly loadMs: number;
  /** Shorter outages, to see that it works. */
  readonly quick: boolean;
  readonly random: Random;
}

/** One way of breaking things: on what, how, and what may come of it. */
export interface Fault {
  readonly name: string;
  /** One line for --help. */
  readonly about: string;
  readonly shape: StackShape;
  readonly allowance: Allowance;
  /** Pure, so that a seed repeats it. */
  readonly acts: (timing: FaultTiming) => readonly TimedAct[];
}
