import { benchTypes } from '../bench-event.js';
import { perSecond, summariseLatency } from '../figures.js';
import { PhaseFailed, type AcceptRate } from '../report.js';
import { untilQuiet } from '../stack/until-quiet.js';
import { durationMs, type BenchContext } from './bench-context.js';

/**
 * How many events a second the HTTP door takes, of a type that nobody subscribed to; fan-out and projections run
 * beside it, as they do in life. Afterwards all is left to come to rest.
 */
export async function measureAccepting(
  context: BenchContext,
  { perRequest, concurrency }: { readonly perRequest: number; readonly concurrency: number },
): Promise<AcceptRate> {
  const { load, stack } = context;
  const result = await load.call('acceptEvents', {
    target: stack.http,
    type: benchTypes.unmatched,
    perRequest,
    concurrency,
    durationMs: durationMs(context, 5_000),
  });
  const latency = summariseLatency(result.latenciesMs);
  if (result.refused > 0 || !latency) {
    throw new PhaseFailed(
      `accepting over HTTP: ${result.refused} requests were refused, ${result.accepted} events accepted`,
    );
  }
  await untilQuiet(stack.pids.values());
  return {
    events: result.accepted,
    perSecond: perSecond(result.accepted, result.elapsedMs),
    perRequest,
    concurrency,
    latency,
  };
}
