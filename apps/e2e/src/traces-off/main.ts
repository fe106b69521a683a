import type { DeliveryFact, DeliveryMeta } from '@postel/contracts';
import { TracedHop } from '@postel/deliverer';
import { TracedFanOut } from '@postel/dispatcher';
import type { IncomingMessage } from '@postel/jetstream';
import type { Tracing } from '@postel/telemetry';

const rounds = 5;
const callsEach = 2_000_000;

/**
 * For `npm run bench`, which runs it as a process of its own: it may not know what our services are made of.
 * What is asked for traces on the way of a delivery, while they are off: whether there are any, wherever the services
 * would begin, follow or end a span (ingest, fan-out, hop, attempt, outcome, table). A whole run cannot show it: two runs
 * differ by more. The loop around it is counted too; but V8 may know here sooner than in a service that there are none,
 * so that it is an order of magnitude.
 * @returns ns a delivery, of the slowest of some rounds
 */
function nanosPerDelivery(): number {
  const perDelivery = Array.from({ length: rounds + 1 }, () => {
    const startedMs = performance.now();
    let begun = 0;
    for (let n = 0; n < callsEach; n++) begun += placesOfADelivery(off.tracing, n);
    if (begun !== 0) throw new Error('traces were on');
    return ((performance.now() - startedMs) * 1e6) / callsEach;
  });
  return Math.max(...perDelivery.slice(1)); // in the first it is compiled
}

/** As the services have it: read from the environment. */
const off: { readonly tracing: Tracing | null } = { tracing: process.env['POSTEL_NO_SUCH'] ? never() : null };

function never(): never {
  throw new Error('there is no such setting');
}

const meta = { deliveryId: 'dlv_1', endpointId: 'ep_1' } as DeliveryMeta;
const message = { seq: 1 } as IncomingMessage;
const fact = { fact: 'delivery.succeeded' } as DeliveryFact;

/** In the order in which a delivery comes through them. @returns how many spans there were: none */
function placesOfADelivery(tracing: Tracing | null, n: number): number {
  let begun = tracing ? 1 : 0; // send EVENTS
  const fanOut = TracedFanOut.begin(tracing, message, n);
  fanOut?.planned({ kind: 'fanned-out', facts: [], messages: [] } as never);
  const traceparent = fanOut?.traceparent;
  fanOut?.done();
  const hop = TracedHop.begin(tracing, { meta, lane: 'delivery', partition: n & 15 });
  const own = hop?.meta ?? meta;
  const span = hop?.attempt();
  hop?.concluded(fact);
  if (fanOut || traceparent || hop || span || own !== meta) begun++;
  return tracing ? begun + 2 : begun; // archive and delivery log
}

process.stdout.write(JSON.stringify({ nanosPerDelivery: nanosPerDelivery() }) + '\n');
