import { rareType, smallTenant } from '../seed/seed-history.js';

/** A read that somebody makes, with parts that differ from run to run. */
export interface QueryCall {
  readonly what: string;
  readonly tenant: 'default' | typeof smallTenant;
  /** @param turn of the run: 0, 1, 2, … */
  readonly path: (turn: number) => string;
  /** Deep in the list: the cursor of a page that many before lead to. */
  readonly isDeep?: true;
}

export interface HistoryView {
  readonly deliveries: number;
  /** The first has half of the tenant's, the last has none. */
  readonly endpointIds: readonly string[];
  readonly smallEndpointId: string;
  readonly nowMs: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Every list and every figure of the contract, with each filter alone and with those that go badly together. */
export function queryCalls(history: HistoryView): readonly QueryCall[] {
  return [
    ...listsOfEvents(history),
    ...listsOfDeliveries(history),
    ...deadLetters(history),
    ...figures(history),
  ];
}

function listsOfEvents({ deliveries, nowMs }: HistoryView): QueryCall[] {
  const event = (turn: number) => `evt_h${((turn * 7_919_333) % (deliveries / 2)) * 2}`;
  const events = (rest: string) => `/v1/events?limit=50${rest}`;
  return [
    ofHuge('events', () => events('')),
    { ...ofHuge('events, deep', () => events('')), isDeep: true },
    ofHuge('events of a type', (turn) => events(`&type=order.type${turn % 7}`)),
    ofHuge('events of a rare type', () => events(`&type=${rareType}`)),
    ofHuge('events until long ago', (turn) => events(`&until=${iso(nowMs - 5 * dayMs + turn * 61_007)}`)),
    ofHuge('events of an hour', (turn) => events(between(nowMs - 3 * dayMs + turn * 61_007, hourMs))),
    ofHuge('events of a rare type, an hour', (turn) =>
      events(`&type=${rareType}${between(nowMs - 3 * dayMs + turn * 61_007, hourMs)}`),
    ),
    ofHuge('an event', (turn) => `/v1/events/${event(turn)}`),
    ofHuge('deliveries of an event', (turn) => `/v1/events/${event(turn)}/deliveries`),
    ofSmall('events of a small tenant', () => events('')),
  ];
}

function listsOfDeliveries({ deliveries, endpointIds, nowMs, smallEndpointId }: HistoryView): QueryCall[] {
  const list = (rest: string) => `/v1/deliveries?limit=50${rest}`;
  const [busy = '', ...others] = endpointIds;
  const idle = others.at(-1) ?? '';
  const some = (turn: number) => others[turn % (others.length - 1)] ?? '';
  const statuses = ['pending', 'retrying', 'dead', 'discarded', 'succeeded'];
  const anyStatus = (turn: number) => `&status=${statuses[turn % statuses.length]}`;
  const delivery = (turn: number) => `dlv_h${((turn * 7_919_333) % (deliveries / 2)) * 2}`;
  const day = (turn: number) => between(nowMs - 4 * dayMs + turn * 601_007, dayMs);
  return [
    ofHuge('deliveries', () => list('')),
    { ...ofHuge('deliveries, deep', () => list('')), isDeep: true },
    ofHuge('a delivery', (turn) => `/v1/deliveries/${delivery(turn)}`),
    ofHuge('attempts of a delivery', (turn) => `/v1/deliveries/${delivery(turn)}/attempts`),
    ofHuge('deliveries by status', (turn) => list(anyStatus(turn))),
    { ...ofHuge('deliveries, discarded, deep', () => list('&status=discarded')), isDeep: true },
    ofHuge('deliveries by type', (turn) => list(`&type=order.type${turn % 7}`)),
    ofHuge('deliveries of a rare type', () => list(`&type=${rareType}`)),
    ofHuge('deliveries by endpoint', (turn) => list(`&endpointId=${some(turn)}`)),
    {
      ...ofHuge('of the busy endpoint, deep', () => `/v1/endpoints/${busy}/deliveries?limit=50`),
      isDeep: true,
    },
    ofHuge('of an idle endpoint', () => `/v1/endpoints/${idle}/deliveries?limit=50`),
    ofHuge('by event', (turn) => list(`&eventId=${delivery(turn).replace('dlv', 'evt')}`)),
    ofHuge('of the busy endpoint, by status', (turn) => list(`&endpointId=${busy}${anyStatus(turn)}`)),
    ofHuge('by endpoint and status', (turn) => list(`&endpointId=${some(turn)}${anyStatus(turn)}`)),
    ofHuge('of an idle endpoint, by status', (turn) => list(`&endpointId=${idle}${anyStatus(turn)}`)),
    ofHuge('by status and a rare type', (turn) => list(`${anyStatus(turn)}&type=${rareType}`)),
    ofHuge('of the busy endpoint, a rare type', () => list(`&endpointId=${busy}&type=${rareType}`)),
    ofHuge('by endpoint, status and type', (turn) =>
      list(`&endpointId=${busy}${anyStatus(turn)}&type=order.type${turn % 7}`),
    ),
    ofHuge('until long ago', (turn) => list(`&until=${iso(nowMs - 6 * dayMs + turn * 61_007)}`)),
    ofHuge('of an hour', (turn) => list(between(nowMs - 3 * dayMs + turn * 61_007, hourMs))),
    ofHuge('of a day, by status', (turn) => list(day(turn) + anyStatus(turn))),
    ofHuge('of a day, by endpoint', (turn) => list(`${day(turn)}&endpointId=${some(turn)}`)),
    ofHuge('of a day, the busy endpoint, by status', (turn) =>
      list(`${day(turn)}&endpointId=${busy}${anyStatus(turn)}`),
    ),
    ofHuge('of a day, a rare type', (turn) => list(`${day(turn)}&type=${rareType}`)),
    ofHuge('of a day without any', () => list(between(nowMs - 30 * dayMs, dayMs))),
    ofSmall('of a small tenant', () => list('')),
    ofSmall('of a small tenant, by status', (turn) => list(anyStatus(turn))),
    ofSmall('of a small tenant, its endpoint', () => `/v1/endpoints/${smallEndpointId}/deliveries?limit=50`),
  ];
}

function deadLetters({ endpointIds, nowMs }: HistoryView): QueryCall[] {
  const list = (rest: string) => `/v1/dead-letters?limit=50${rest}`;
  const [busy = ''] = endpointIds;
  const reasons = ['exhausted', 'gone', 'expired', 'poison'];
  const reason = (turn: number) => `&reason=${reasons[turn % reasons.length]}`;
  const day = (turn: number) => between(nowMs - 4 * dayMs + turn * 601_007, dayMs);
  return [
    ofHuge('dead letters', () => list('')),
    { ...ofHuge('dead letters, deep', () => list('')), isDeep: true },
    ofHuge('dead letters by reason', (turn) => list(reason(turn))),
    ofHuge('dead letters of the busy endpoint', () => list(`&endpointId=${busy}`)),
    ofHuge('… and by reason', (turn) => list(`&endpointId=${busy}${reason(turn)}`)),
    ofHuge('dead letters of a day', (turn) => list(day(turn))),
    ofHuge('… and by reason', (turn) => list(day(turn) + reason(turn))),
    ofHuge('dead letters until long ago', (turn) => list(`&until=${iso(nowMs - 6 * dayMs + turn * 61_007)}`)),
    ofHuge('dead letters of a rare type', () => list(`&type=${rareType}`)),
    ofHuge('dead letters of an event', (turn) => list(`&eventId=evt_h${turn * 2}`)),
    ofSmall('dead letters of a small tenant', () => list('')),
  ];
}

function figures({ endpointIds, smallEndpointId }: HistoryView): QueryCall[] {
  const [busy = ''] = endpointIds;
  const periods = ['hour', 'day', 'week'] as const;
  return periods.flatMap((period) => [
    ofHuge(`figures of a ${period}`, () => `/v1/stats?period=${period}`),
    ofHuge(`figures of a ${period}, of the fleet`, () => `/v1/fleet?period=${period}`),
    ofHuge(`figures of a ${period}, over time`, () => `/v1/stats/series?period=${period}`),
    ofHuge(`figures of a ${period}, the busy endpoint`, () => `/v1/endpoints/${busy}/stats?period=${period}`),
    ofHuge(
      `figures of a ${period}, an endpoint`,
      (turn) => `/v1/endpoints/${endpointIds[turn % endpointIds.length] ?? ''}/stats?period=${period}`,
    ),
    ofSmall(
      `figures of a ${period}, a small tenant`,
      () => `/v1/endpoints/${smallEndpointId}/stats?period=${period}`,
    ),
  ]);
}

function ofHuge(what: string, path: QueryCall['path']): QueryCall {
  return { what, tenant: 'default', path };
}

function ofSmall(what: string, path: QueryCall['path']): QueryCall {
  return { what, tenant: smallTenant, path };
}

function between(sinceMs: number, lengthMs: number): string {
  return `&since=${iso(sinceMs)}&until=${iso(sinceMs + lengthMs)}`;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
