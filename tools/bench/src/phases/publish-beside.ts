import { Worker } from '@postel/testing';
import { uncountedFrom } from '../bench-event.js';
import type { LoadCommands } from '../load/load-process.js';
import type { BenchContext } from './bench-context.js';

/** In a process of its own, so that the steady load does not wait for it. */
export async function publishBeside(
  { options, stack }: BenchContext,
  types: readonly string[],
  events: number,
): Promise<void> {
  const load = Worker.start<LoadCommands>(new URL('../load/load-process.js', import.meta.url));
  try {
    await load.call('publishEvents', {
      doors: { natsUrl: stack.natsUrl, http: stack.http },
      door: options.door,
      events,
      firstNumber: uncountedFrom,
      types,
    });
  } finally {
    await load.stop();
  }
}
