import { endpointNames, type EndpointName } from '../endpoint-names.js';
import type { Random } from '../random.js';

export type Ending = 'succeeded' | 'dead';

export interface EventKind {
  readonly type: string;
  /** Of a hundred events. */
  readonly share: number;
  /** Which endpoints get it, and how its deliveries end. */
  readonly endings: Readonly<Partial<Record<EndpointName, Ending>>>;
}

export const kindNames = ['single', 'wide', 'doomed', 'refused', 'unmatched', 'invalid'] as const;
export type KindName = (typeof kindNames)[number];

export const eventKinds: Readonly<Record<KindName, EventKind>> = {
  single: { type: 'order.single', share: 60, endings: { good: 'succeeded' } },
  wide: {
    type: 'order.wide',
    share: 25,
    endings: { good: 'succeeded', slow: 'succeeded', flaky: 'succeeded', mixed: 'succeeded' },
  },
  /** 503 to every attempt. */
  doomed: { type: 'order.doomed', share: 2, endings: { mixed: 'dead' } },
  /** 422 to the first attempt. */
  refused: { type: 'order.refused', share: 2, endings: { good: 'succeeded', mixed: 'dead' } },
  unmatched: { type: 'payment.unmatched', share: 9, endings: {} },
  /** Not JSON, so over NATS only: acknowledged by the broker, and then a dead letter. */
  invalid: { type: 'order.invalid', share: 2, endings: {} },
};

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
}

/** An id that tells what the event is, so that the receiver needs no list. */
export function eventIdOf({ run, number, kind }: EventName): string {
  return `${run}-${String(number).padStart(6, '0')}-${kind}`;
}

/** @returns `null` for an id that is not of ours */
export function parseEventId(id: string): EventName | null {
  const [, run, number, kindText] = /^([a-z0-9_]+)-(\d{6,})-([a-z]+)$/.exec(id) ?? [];
  const kind = kindNames.find((name) => name === kindText);
  return run !== undefined && kind ? { run, number: Number(number), kind } : null;
}

/** What an event is about. */
export function objectOf(id: string) {
  return { id, amount: 9_999, currency: 'EUR', note: 'x'.repeat(200) };
}
