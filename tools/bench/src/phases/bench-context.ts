import type { LoadCommands } from '../load/load-process.js';
import type { BenchOptions } from '../options.js';
import type { ReceiverCommands } from '../receiver/receiver-process.js';
import type { Stack } from '../stack/start-stack.js';
import type { Worker } from '@postel/testing';

/** What the phases measure with. */
export interface BenchContext {
  readonly options: BenchOptions;
  readonly receiver: Worker<ReceiverCommands>;
  readonly receiverPort: number;
  readonly load: Worker<LoadCommands>;
  readonly stack: Stack;
}

/** Shorter with `--quick`. */
export function durationMs({ options }: Pick<BenchContext, 'options'>, fullMs: number): number {
  return options.quick ? fullMs / 5 : fullMs;
}
