import { retryOf } from '../endpoint-names.js';
import { endpointsOf, eventKinds, parseEventId } from '../publish-events/event-kinds.js';
import type { LogView } from '../read-log/log-view.js';
import type { Complaints } from './complaints.js';
import type { Evidence } from './evidence.js';

export interface AcceptedFigures {
  readonly acknowledged: number;
  /** Deliveries that a receiver answered 2xx, of acknowledged events. */
  readonly delivered: number;
  /** Deliveries that ended dead as they should. */
  readonly dead: number;
  readonly lost: number;
}

export const lostCheck = 'what was acknowledged is delivered, or dead where it must be';

/** What was acknowledged has come to its end at every endpoint that wants it; and nothing was made up. */
export function checkAccepted(evidence: Evidence, log: LogView, complaints: Complaints): AcceptedFigures {
  const received = receivedByEvent(evidence);
  const deadDeliveries = new Set(
    [...log.created.values()]
      .filter(({ deliveryId }) => log.statusOf(deliveryId) === 'dead')
      .map(({ eventId, endpointId }) => placeOf(eventId, evidence.endpoints.get(endpointId) ?? endpointId)),
  );
  const stored = new Set(evidence.events.map(({ id }) => id));
  const acknowledged = acknowledgedIds(evidence);
  let delivered = 0;
  let dead = 0;
  let lost = 0;
  const lose = (example: string) => {
    lost += 1;
    complaints.add(lostCheck, example);
  };
  for (const id of acknowledged) {
    const kind = parseEventId(id)?.kind;
    if (!kind) continue;
    if (!stored.has(id)) lose(`${id} is not in EVENTS`);
    for (const endpoint of endpointsOf(kind)) {
      const statuses = received.get(placeOf(id, endpoint)) ?? [];
      if (eventKinds[kind].endings[endpoint] === 'succeeded') {
        if (statuses.some(isSuccess)) delivered += 1;
        else lose(`${id} at ${endpoint}: answers ${statuses.join(', ') || 'none'}`);
      } else if (statuses.length > 0 && deadDeliveries.has(placeOf(id, endpoint))) dead += 1;
      else lose(`${id} at ${endpoint} should be dead: answers ${statuses.join(', ') || 'none'}`);
    }
  }
  checkOffers(evidence, acknowledged, complaints);
  checkRequests(evidence, complaints);
  return { acknowledged: acknowledged.size, delivered, dead, lost };
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

export function acknowledgedIds({ producer }: Evidence): Set<string> {
  return new Set(producer.filter(({ t }) => t === 'acknowledged').map(({ id }) => id));
}

/** An event at an endpoint. */
function placeOf(eventId: string, endpoint: string): string {
  return `${eventId} ${endpoint}`;
}

function receivedByEvent({ requests }: Evidence): Map<string, number[]> {
  const statuses = new Map<string, number[]>();
  for (const { eventId, endpoint, status } of requests) {
    const place = placeOf(eventId, endpoint);
    const known = statuses.get(place);
    if (known) known.push(status);
    else statuses.set(place, [status]);
  }
  return statuses;
}

/** A producer that goes on asking is answered in the end, and until then told when to come again. */
function checkOffers(
  { producer }: Evidence,
  acknowledged: ReadonlySet<string>,
  complaints: Complaints,
): void {
  for (const record of producer) {
    if (record.t === 'offered' && !acknowledged.has(record.id)) {
      complaints.add('what is sent again and again is acknowledged', record.id);
    }
    if (record.t === 'refused' && (record.status !== 503 || record.retryAfter === null)) {
      const told = `${record.status} ${record.code}, Retry-After ${record.retryAfter ?? 'absent'}`;
      complaints.add('a refusal is a 503 with Retry-After', `${record.id}: ${told}`);
    }
  }
}

function checkRequests({ producer, requests }: Evidence, complaints: Complaints): void {
  const offered = new Set(producer.map(({ id }) => id));
  for (const { eventId, endpoint, deliveryId, attempt, badBody, badSignature } of requests) {
    const kind = parseEventId(eventId)?.kind;
    if (!kind || !offered.has(eventId)) {
      complaints.add('nothing is received that was not sent', `${eventId} at ${endpoint}`);
    } else if (!endpointsOf(kind).includes(endpoint)) {
      complaints.add('an endpoint gets what it subscribed to', `${eventId} at ${endpoint}`);
    }
    if (badSignature !== null)
      complaints.add('signatures hold', `${eventId} at ${endpoint}: ${badSignature}`);
    if (badBody !== null)
      complaints.add('the body is what its producer sent', `${eventId} at ${endpoint}: ${badBody}`);
    const { maxAttempts } = retryOf[endpoint];
    if (attempt > maxAttempts)
      complaints.add('no more attempts than the policy has', `${eventId} at ${endpoint}: attempt ${attempt}`);
    if (deliveryId === '' || !(attempt >= 1)) {
      complaints.add('delivery and attempt stand in the headers', `${eventId} at ${endpoint}`);
    }
  }
}
