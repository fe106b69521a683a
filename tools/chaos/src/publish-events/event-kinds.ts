import { endpointNames, type EndpointName } from '../endpoint-names.js';
import type { Random } from '../random.js';

export type Ending = 'succeeded' | 'dead';

export interface EventKind {
  readonly type: string;
  /** Of a hundred events. */
  readonly share: number;
  /** Which endpoints get it, and how its deliveries end. */
  readonly endings: Readonly<Partial<Record<EndpointName, Ending>>>;
  /** Has an ordering key. */
  readonly keyed?: true;
}

export const kindNames = [
  'single',
  'wide',
  'doomed',
  'refused',
  'keyed',
  'dropped',
  'keyless',
  'unmatched',
  'invalid',
] as const;
export type KindName = (typeof kindNames)[number];

export const eventKinds: Readonly<Record<KindName, EventKind>> = {
  single: { type: 'order.single', share: 50, endings: { good: 'succeeded' } },
  wide: {
    type: 'order.wide',
    share: 25,
    endings: { good: 'succeeded', slow: 'succeeded', flaky: 'succeeded', mixed: 'succeeded' },
  },
  /** 503 to every attempt. */
  doomed: { type: 'order.doomed', share: 2, endings: { mixed: 'dead' } },
  /** 422 to the first attempt. */
  refused: { type: 'order.refused', share: 2, endings: { good: 'succeeded', mixed: 'dead' } },
  keyed: { type: 'order.keyed', share: 9, endings: { good: 'succeeded', ordered: 'succeeded' }, keyed: true },
  /** 422 to the first attempt, or 503 to every one: in both cases those behind it go on without it. */
  dropped: { type: 'order.dropped', share: 1, endings: { ordered: 'dead' }, keyed: true },
  /** To an ordered endpoint, and out of any order. */
  keyless: { type: 'order.keyless', share: 2, endings: { ordered: 'succeeded' } },
  unmatched: { type: 'payment.unmatched', share: 7, endings: {} },
  /** Not JSON, so over NATS only: acknowledged by the broker, and then a dead letter. */
  invalid: { type: 'order.invalid', share: 2, endings: {} },
};

/** Few, so that events of a key have to wait for each other. */
export const orderingKeys = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

export function pickKind(random: Random): KindName {
  let at = random.between(1, 100);
  for (const name of kindNames) {
    at -= eventKinds[name].share;
    if (at <= 0) return name;
  }
  throw new Error('the shares do not make a hundred');
}

/** The event types that an endpoint subscribes to. */
export function typesFor(endpoint: EndpointName): string[] {
  return kindNames
    .filter((name) => endpoint in eventKinds[name].endings)
    .map((name) => eventKinds[name].type);
}

/** The endpoints that get an event of a kind. */
export function endpointsOf(kind: KindName): EndpointName[] {
  return endpointNames.filter((name) => name in eventKinds[kind].endings);
}

export interface EventName {
  readonly run: string;
  readonly number: number;
  readonly kind: KindName;
  /** Of a keyed kind. */
  readonly orderingKey?: string | undefined;
}

/** An id that tells what the event is, so that the receiver needs no list. */
export function eventIdOf({ run, number, kind, orderingKey }: EventName): string {
  const id = `${run}-${String(number).padStart(6, '0')}-${kind}`;
  return orderingKey === undefined ? id : `${id}-${orderingKey}`;
}

/** @returns `null` for an id that is not of ours */
export function parseEventId(id: string): EventName | null {
  const [, run, number, kindText, orderingKey] =
    /^([a-z0-9_]+)-(\d{6,})-([a-z]+)(?:-([a-z]+))?$/.exec(id) ?? [];
  const kind = kindNames.find((name) => name === kindText);
  if (run === undefined || !kind || (orderingKey !== undefined) !== (eventKinds[kind].keyed ?? false))
    return null;
  return { run, number: Number(number), kind, orderingKey };
}

/** What an event is about. */
export function objectOf(id: string) {
  return { id, amount: 9_999, currency: 'EUR', note: 'x'.repeat(200) };
}
