import { endpointNames, orderingOf, type EndpointName } from '../endpoint-names.js';
import { endpointsOf, parseEventId } from '../publish-events/event-kinds.js';
import type { LogView } from '../read-log/log-view.js';
import type { RequestRecord } from '../receive-requests/receiver-journal.js';
import type { Disturbance } from '../start-stack/disturbance.js';
import { isSuccess } from './check-accepted.js';
import { ackSlackMs, arrivalSlackMs, findRepetitions, type Repetition } from './check-duplicates.js';
import type { Complaints } from './complaints.js';
import type { Evidence } from './evidence.js';

export interface OrderFigures {
  /** Deliveries with an ordering key at ordered endpoints that came to their end. */
  readonly ordered: number;
}

/** A delivery among those of its endpoint and ordering key. */
interface Turn {
  readonly eventId: string;
  readonly deliveryId: string;
  /** From 1, by the positions in EVENTS: what `webhook-sequence` must say. */
  readonly place: number;
}

/** What an ordered endpoint gets, or should get, of one key. */
interface Line {
  readonly name: string;
  readonly turns: readonly Turn[];
  readonly turnOf: ReadonlyMap<string, Turn>;
  /** As they began. */
  readonly requests: readonly RequestRecord[];
}

/** Each key goes out in the order of acceptance, one at a time, each delivery with its number. */
export function checkOrder(evidence: Evidence, log: LogView, complaints: Complaints): OrderFigures {
  const repetitions = new Map(findRepetitions(evidence, log).map((found) => [found.again, found]));
  const hands = new Hands(log, evidence);
  let ordered = 0;
  for (const line of linesOf(evidence, log)) {
    checkAcceptance(line, complaints);
    checkNumbers(line, log, complaints);
    checkSuccesses(line, complaints);
    checkRepetitions(line, repetitions, hands, complaints);
    checkTurns(line, repetitions, complaints);
    ordered += line.turns.filter(({ deliveryId }) => log.isEnded(deliveryId)).length;
  }
  if (ordered === 0) complaints.add('receivers get something in order', 'nothing');
  for (const { endpoint, eventId, orderingKey, sequence } of evidence.requests) {
    if (sequence !== null && (orderingKey === null || orderingOf[endpoint] === 'none'))
      complaints.add(
        'there is a number only where there is an order',
        `${eventId} at ${endpoint}: ${sequence}`,
      );
  }
  return { ordered };
}

/** The dead have their numbers, too: at the receiver one is missing, in the tables none. */
export function checkOrderInTables(evidence: Evidence, log: LogView, complaints: Complaints): void {
  for (const { name, turns } of linesOf(evidence, log)) {
    for (const { eventId, deliveryId, place } of turns) {
      const told = evidence.sequences.get(deliveryId) ?? [];
      if (told.length === 0 || told.some((number) => number !== String(place)))
        complaints.add(
          'the table has the numbers of each key, without a gap',
          `${eventId} at ${name}: ${told.join(', ') || 'none'}, not ${place}`,
        );
    }
  }
}

function* linesOf(evidence: Evidence, log: LogView): Generator<Line> {
  const deliveryIds = new Map(
    [...log.created.values()].map(({ deliveryId, eventId, endpointId }) => [
      `${eventId} ${evidence.endpoints.get(endpointId) ?? endpointId}`,
      deliveryId,
    ]),
  );
  for (const endpoint of endpointNames.filter((name) => orderingOf[name] === 'key')) {
    for (const [key, eventIds] of acceptedByKey(evidence, endpoint)) {
      const turns = eventIds.map((eventId, index): Turn => {
        return { eventId, deliveryId: deliveryIds.get(`${eventId} ${endpoint}`) ?? '', place: index + 1 };
      });
      const requests = evidence.requests
        .filter((request) => request.endpoint === endpoint && request.orderingKey === key)
        .sort((a, b) => a.startedAtMs - b.startedAtMs);
      const turnOf = new Map(turns.map((turn) => [turn.eventId, turn]));
      yield { name: `${endpoint}, key ${key}`, turns, turnOf, requests };
    }
  }
}

/** Ids of events for an endpoint, as they lie in EVENTS. */
function acceptedByKey({ events }: Evidence, endpoint: EndpointName): Map<string, string[]> {
  const byKey = new Map<string, string[]>();
  for (const { id } of [...events].sort((a, b) => a.seq - b.seq)) {
    const event = id === null ? null : parseEventId(id);
    if (id === null || event?.orderingKey === undefined) continue;
    if (!endpointsOf(event.kind).includes(endpoint)) continue;
    const known = byKey.get(event.orderingKey);
    if (known) known.push(id);
    else byKey.set(event.orderingKey, [id]);
  }
  return byKey;
}

/** The producer offers none of a key before the last one is acknowledged. */
function checkAcceptance({ name, turns }: Line, complaints: Complaints): void {
  for (const [before, after] of pairs(turns)) {
    if ((parseEventId(before.eventId)?.number ?? 0) > (parseEventId(after.eventId)?.number ?? 0))
      complaints.add(
        'events of a key are stored in the order in which they were acknowledged',
        `${name}: ${before.eventId} before ${after.eventId}`,
      );
  }
}

/** From 1 without a gap, at the receiver and in the log; every attempt has that of its delivery. */
function checkNumbers({ name, requests, turns, turnOf }: Line, log: LogView, complaints: Complaints): void {
  for (const { eventId, attempt, sequence } of requests) {
    const place = turnOf.get(eventId)?.place;
    if (place !== undefined && sequence !== place)
      complaints.add(
        'a request has the number of its turn',
        `${eventId} at ${name}, attempt ${attempt}: ${sequence ?? 'none'}, not ${place}`,
      );
  }
  for (const { eventId, deliveryId, place } of turns) {
    for (const { fact } of log.outcomesOf(deliveryId)) {
      const sequence = fact.ordering?.sequence;
      // it is held before it has a number
      if (sequence === place || (sequence === undefined && fact.fact === 'delivery.deferred')) continue;
      complaints.add(
        'the log has the numbers of each key, without a gap',
        `${eventId} at ${name}, ${fact.fact}: ${sequence ?? 'none'}, not ${place}`,
      );
    }
  }
}

function checkSuccesses({ name, requests, turnOf }: Line, complaints: Complaints): void {
  const first = new Map<string, RequestRecord>();
  for (const request of requests) {
    if (isSuccess(request.status) && !first.has(request.eventId)) first.set(request.eventId, request);
  }
  for (const [before, after] of pairs([...first.values()])) {
    if (placeOf(before, turnOf) > placeOf(after, turnOf))
      complaints.add(
        'the first successes of a key come in the order of acceptance',
        `${name}: ${before.eventId} before ${after.eventId}`,
      );
  }
}

/**
 * What has not been received before waits until the event before it has ended, and is alone while it is answered.
 * Repetitions may come out of turn and beside another: they are explained, or complained of, by themselves.
 */
function checkTurns(
  { name, requests, turnOf }: Line,
  repetitions: ReadonlyMap<RequestRecord, Repetition>,
  complaints: Complaints,
): void {
  for (const [before, after] of pairs(requests.filter((request) => !repetitions.has(request)))) {
    if (placeOf(before, turnOf) > placeOf(after, turnOf))
      complaints.add(
        'an event of a key waits until the one before it has ended',
        `${name}: ${before.eventId}, attempt ${before.attempt}, before ${after.eventId}, attempt ${after.attempt}`,
      );
    if (after.startedAtMs < before.endedAtMs)
      complaints.add(
        'there is one request of a key at a time',
        `${name}: ${after.eventId} began ${before.endedAtMs - after.startedAtMs} ms before ${before.eventId} was answered`,
      );
  }
}

/** A repetition is explained by a kill, as everywhere, or by what a deliverer had in hand when it was stopped. */
function checkRepetitions(
  line: Line,
  repetitions: ReadonlyMap<RequestRecord, Repetition>,
  hands: Hands,
  complaints: Complaints,
): void {
  for (const request of line.requests) {
    const repetition = repetitions.get(request);
    if (!repetition || repetition.isExplained || hands.mayRepeat(request, line)) continue;
    complaints.add(
      'of a key only what a deliverer had in hand is repeated',
      `${request.eventId} at ${line.name}, attempt ${request.attempt}`,
    );
  }
}

/**
 * What a stopped deliverer, or one that is cut off, had in hand the next owner sends again; and the stopped one itself, once it goes on, may send
 * what the next owner sent meanwhile, beside whatever the key has come to. But of a key it had one delivery in hand, the
 * one whose turn it was: that one alone may be repeated.
 */
class Hands {
  private readonly freezes: readonly Disturbance[];

  constructor(
    private readonly log: LogView,
    { disturbances }: Evidence,
  ) {
    this.freezes = disturbances.filter(
      ({ what, how }) => what === 'deliverer' && (how === 'frozen' || how === 'cut-off'),
    );
  }

  mayRepeat({ eventId, startedAtMs }: RequestRecord, { turns, turnOf }: Line): boolean {
    const turn = turnOf.get(eventId);
    if (!turn) return false;
    const before = turns[turn.place - 2];
    const cameAtMs = before ? this.endedAtMs(before) : 0;
    const wentAtMs = this.endedAtMs(turn);
    return this.freezes.some(({ atMs }) => {
      const wasItsTurn = cameAtMs <= atMs + ackSlackMs && wentAtMs >= atMs - ackSlackMs;
      return wasItsTurn && startedAtMs >= atMs - arrivalSlackMs;
    });
  }

  /** When its end was stored first. */
  private endedAtMs({ deliveryId }: Turn): number {
    const ends = this.log
      .outcomesOf(deliveryId)
      .filter(({ fact }) => fact.fact === 'delivery.succeeded' || fact.fact === 'delivery.died');
    return Math.min(...ends.map(({ storedAtMs }) => storedAtMs));
  }
}

function placeOf({ eventId }: RequestRecord, turnOf: Line['turnOf']): number {
  return turnOf.get(eventId)?.place ?? 0;
}

function pairs<T>(items: readonly T[]): (readonly [T, T])[] {
  return items.slice(1).map((item, index) => [items[index] as T, item] as const);
}
