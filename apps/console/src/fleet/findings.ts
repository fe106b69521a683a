import type { Answer } from '../api/api-context.js';
import { count, duration, percent } from '../parts/format.js';

export type Fleet = Answer<'Fleet'>;

/** Something that the operator has to look at; the gravest come first. */
export interface Finding {
  readonly tone: 'bad' | 'warning';
  readonly text: string;
  /** A part of the page that tells more, by its id. */
  readonly at?: string;
}

/** Below it a rate of success is no longer what single receivers do. */
const leastRate = 0.95;
/** Of fewer outcomes a rate says nothing. */
const leastOutcomes = 10;
/** Below it, what comes in bursts is caught up with by itself; the alert rule waits longer. */
const longestLagSeconds = 60;
const mostPending = 10_000;

/** What is wrong, of all that was measured; empty when nothing is. */
export function findingsOf(fleet: Fleet): Finding[] {
  const found = [
    ...unknownParts(fleet),
    ...lost(fleet),
    ...failing(fleet),
    ...disabled(fleet),
    ...circuits(fleet),
    ...behind(fleet),
    ...silentStreams(fleet),
  ];
  return found.sort((one, other) => Number(other.tone === 'bad') - Number(one.tone === 'bad'));
}

/** The answer's parts, as the page calls them. */
export const partNames: Readonly<Record<Fleet['unavailable'][number], string>> = {
  totals: 'the totals',
  tenants: 'tenants',
  worstEndpoints: 'the worst endpoints',
  waiting: 'what waits',
  oldestWaitingSeconds: 'how long it waits',
  streams: 'streams',
  consumers: 'consumers',
  projections: 'projections',
  conservation: 'conservation',
  jobs: 'jobs',
};

function unknownParts({ unavailable }: Fleet): Finding[] {
  if (unavailable.length === 0) return [];
  const names = unavailable.map((part) => partNames[part]).join(', ');
  return [
    {
      tone: 'bad',
      text: `The database or the broker does not answer: ${names} cannot be known now. Events are accepted as long as the broker is there.`,
    },
  ];
}

function lost({ conservation }: Fleet): Finding[] {
  if (conservation?.holds !== false) return [];
  const { eventsDifference, deliveriesDifference } = conservation;
  const text = `Not accounted for: ${counted(eventsDifference, 'event')}, ${counted(deliveriesDifference, 'delivery')}.`;
  return [{ tone: 'bad', text, at: 'conservation' }];
}

function failing({ totals }: Fleet): Finding[] {
  const ended = totals ? totals.successfulDeliveries + totals.failedDeliveries : 0;
  if (!totals || ended < leastOutcomes || totals.successRate >= leastRate) return [];
  const text = `Only ${percent(totals.successRate)} of ${count(ended)} deliveries succeeded.`;
  return [{ tone: 'bad', text, at: 'worst-endpoints' }];
}

/** By Postel: what people disable is as they want it. */
function disabled({ worstEndpoints }: Fleet): Finding[] {
  const those = (worstEndpoints ?? []).filter(
    ({ status, disabledReason }) => status === 'disabled' && disabledReason === 'too_many_failures',
  );
  if (those.length === 0) return [];
  const isOne = those.length === 1;
  const text = `${counted(those.length, 'endpoint')} ${isOne ? 'is' : 'are'} disabled, for too many failures.`;
  return [{ tone: 'bad', text, at: 'worst-endpoints' }];
}

function circuits({ openCircuitCount }: Fleet): Finding[] {
  if (openCircuitCount === 0) return [];
  const text =
    openCircuitCount === 1
      ? 'One circuit is open: its endpoint fails again and again, and is probed.'
      : `${count(openCircuitCount)} circuits are open: their endpoints fail again and again, and are probed.`;
  return [{ tone: 'warning', text, at: 'open-circuits' }];
}

function behind({ projections, consumers }: Fleet): Finding[] {
  const slow = (projections ?? []).filter(({ lagSeconds }) => lagSeconds > longestLagSeconds);
  const full = (consumers ?? []).filter(({ pending }) => pending > mostPending);
  return [
    ...slow.map(({ projection, lagSeconds }): Finding => {
      const text = `${projection} is ${duration(lagSeconds * 1_000)} behind: what it shows is that old.`;
      return { tone: 'warning', text, at: 'projections' };
    }),
    ...full.map(({ consumer, pending }): Finding => {
      const text = `${count(pending)} messages stand before ${consumer}.`;
      return { tone: 'warning', text, at: 'consumers' };
    }),
  ];
}

function silentStreams({ streams }: Fleet): Finding[] {
  const silent = (streams ?? []).filter(({ messages }) => messages === null);
  return silent.map(({ stream }) => ({
    tone: 'bad',
    text: `The stream ${stream} does not answer.`,
    at: 'streams',
  }));
}

function counted(amount: number, what: 'event' | 'delivery' | 'endpoint'): string {
  const many = what === 'delivery' ? 'deliveries' : `${what}s`;
  return `${count(amount)} ${amount === 1 ? what : many}`;
}
