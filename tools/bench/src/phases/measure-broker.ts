import { perSecond } from '../figures.js';
import type { BrokerRates } from '../report.js';
import { durationMs, type BenchContext } from './bench-context.js';

const perBatch = 500;
const singleConcurrency = 64;

/** The broker alone, on a stream that nobody reads, fsync before every acknowledgement. */
export async function measureBroker(context: BenchContext): Promise<BrokerRates> {
  const input = { natsUrl: context.stack.natsUrl, stream: 'BENCH', subject: 'bench' };
  const forMs = durationMs(context, 3_000);
  const batched = await context.load.call('publishToBroker', {
    ...input,
    perBatch,
    concurrency: 4,
    durationMs: forMs,
  });
  const single = await context.load.call('publishToBroker', {
    ...input,
    perBatch: 1,
    concurrency: singleConcurrency,
    durationMs: forMs,
  });
  return {
    perBatch,
    singleConcurrency,
    batchedPerSecond: perSecond(batched.published, batched.elapsedMs),
    singlePerSecond: perSecond(single.published, single.elapsedMs),
  };
}
