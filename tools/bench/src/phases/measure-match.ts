import type { EventFilter } from '@postel/contracts';
import { EventView, SubscriptionIndex, type Subscription } from '@postel/domain';
import { benchEvent } from '../bench-event.js';
import { monotonicMs } from '../monotonic-clock.js';
import type { MatchRun } from '../report.js';

const endpoints = 10_000;
const types = 200;
const type = 'order.created';

interface Mix {
  readonly what: string;
  readonly subscription: (index: number) => Partial<Subscription>;
}

const byCustomer = (index: number): EventFilter => ({ 'data.object.customer': `cus_${index}` });

const mixes: readonly Mix[] = [
  {
    what: `${types} types`,
    subscription: (n) => ({ events: [n % types === 0 ? type : `order.type${n % types}`] }),
  },
  { what: 'a customer each', subscription: (n) => ({ filter: byCustomer(n) }) },
  {
    what: 'a customer each, and an amount',
    subscription: (n) => ({ filter: { ...byCustomer(n), 'data.object.amount': { gt: n % 100 } } }),
  },
  {
    what: 'five customers each (in)',
    subscription: (n) => ({
      filter: {
        'data.object.customer': { in: [0, 1, 2, 3, 4].map((more) => `cus_${(n + more) % endpoints}`) },
      },
    }),
  },
  {
    what: 'ten filters over all (gt)',
    subscription: (n) => ({
      events: n % 13 === 0 ? [type] : ['user.registered'],
      filter: { 'data.object.amount': { gt: 1_000 * (n % 10) } },
    }),
  },
  {
    what: 'a limit each (gt), all asked',
    subscription: (n) => ({ filter: { 'data.object.amount': { gt: 9_990 + n } } }),
  },
];

/** The index of the dispatcher, asked for one event after another as it asks: a new event each time. */
export function measureMatch({ quick }: { readonly quick: boolean }): MatchRun[] {
  return mixes.map(({ what, subscription }) => {
    const index = new SubscriptionIndex();
    for (let n = 0; n < endpoints; n++) {
      const id = `ep_${String(n).padStart(8, '0')}`;
      index.add(id, { events: [type], channels: [], filter: null, ...subscription(n) });
    }
    const forMs = quick ? 100 : 1_000;
    matchFor(index, forMs / 2); // until it is compiled
    return { what, endpoints, ...matchFor(index, forMs) };
  });
}

function matchFor(index: SubscriptionIndex, forMs: number): Pick<MatchRun, 'reached' | 'microsPerMatch'> {
  const envelopes = Array.from({ length: 100 }, (_, n) => withCustomer(benchEvent(type, n), `cus_${n * 97}`));
  let matches = 0;
  let reached = 0;
  const untilMs = monotonicMs() + forMs;
  const before = process.cpuUsage();
  while (monotonicMs() < untilMs) {
    for (const envelope of envelopes) {
      let view: EventView | undefined;
      reached += index.match(type, [], () => (view ??= EventView.of(envelope))).length;
    }
    matches += envelopes.length;
  }
  // of its own CPU: whatever else runs on the machine takes time and not this
  const { user, system } = process.cpuUsage(before);
  return { reached: reached / matches, microsPerMatch: (user + system) / matches };
}

function withCustomer(event: string, customer: string): Uint8Array {
  return Buffer.from(event.replace('"amount"', `"customer":"${customer}","amount"`));
}
