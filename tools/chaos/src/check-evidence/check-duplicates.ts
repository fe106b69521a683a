import type { LogView } from '../read-log/log-view.js';
import type { RequestRecord } from '../receive-requests/receiver-journal.js';
import type { Disturbance } from '../start-stack/disturbance.js';
import { isSuccess } from './check-accepted.js';
import type { Complaints } from './complaints.js';
import type { Allowance, Evidence } from './evidence.js';

export interface DuplicateFigures {
  readonly duplicates: number;
  /** Attempts in flight at the moments when deliverers were killed. */
  readonly inFlight: number;
}

/** What a process sent may arrive a moment after its end is seen. */
export const arrivalSlackMs = 250;
/** An outcome that was stored this short before a kill may not have been acknowledged; a killed broker forgets the acks of 0.3 s. */
export const ackSlackMs = 400;

/**
 * A request is a duplicate when the same attempt was received before, or when the event had been answered 2xx. It is
 * explained by a deliverer that was killed while the earlier one was in flight: begun, and its outcome not yet stored
 * and acknowledged.
 */
export interface Repetition {
  readonly earlier: RequestRecord;
  readonly again: RequestRecord;
  readonly isExplained: boolean;
}

export function checkDuplicates(
  evidence: Evidence,
  log: LogView,
  allowance: Allowance,
  complaints: Complaints,
): DuplicateFigures {
  const repetitions = findRepetitions(evidence, log);
  for (const { earlier, again, isExplained } of repetitions) {
    if (isExplained || allowance.duplicates === 'any') continue;
    const { eventId, endpoint, attempt, status } = again;
    complaints.add(
      'requests are repeated only when a deliverer was killed in the middle of them',
      `${eventId} at ${endpoint}, attempt ${attempt} (${status}) ${again.startedAtMs - earlier.endedAtMs} ms after attempt ${earlier.attempt} (${earlier.status}) of ${new Date(earlier.endedAtMs).toISOString()}`,
    );
  }
  const kills = killsIn(evidence);
  const flights = new Flights(log, brokerKillsIn(evidence));
  const inFlight = evidence.requests.filter((request) =>
    kills.some((kill) => flights.isInFlight(request, kill)),
  ).length;
  return { duplicates: repetitions.length, inFlight };
}

export function findRepetitions(evidence: Evidence, log: LogView): Repetition[] {
  const kills = killsIn(evidence);
  const flights = new Flights(log, brokerKillsIn(evidence));
  const found: Repetition[] = [];
  for (const requests of byEndpointAndEvent(evidence.requests)) {
    for (const [earlier, again] of repetitionsAmong(requests)) {
      const isExplained = kills.some(
        (kill) => again.startedAtMs >= kill.atMs - arrivalSlackMs && flights.isInFlight(earlier, kill),
      );
      found.push({ earlier, again, isExplained });
    }
  }
  return found;
}

/** One that is stopped in order finishes what it has in flight, and explains nothing. */
function killsIn({ disturbances }: Evidence): Disturbance[] {
  return disturbances.filter(({ what, how }) => what === 'deliverer' && how !== 'stopped');
}

function brokerKillsIn({ disturbances }: Evidence): Disturbance[] {
  return disturbances.filter(({ what, how }) => what === 'nats' && (how === 'killed' || how === 'power-cut'));
}

class Flights {
  constructor(
    private readonly log: LogView,
    private readonly brokerKills: readonly Disturbance[],
  ) {}

  isInFlight(request: RequestRecord, kill: Disturbance): boolean {
    if (request.startedAtMs > kill.atMs + arrivalSlackMs) return false;
    const settledAtMs = this.settledAtMs(request);
    if (settledAtMs === null || settledAtMs > kill.atMs - ackSlackMs) return true;
    return this.brokerKills.some(
      ({ atMs }) => atMs <= kill.atMs && settledAtMs <= atMs + ackSlackMs && settledAtMs > atMs - ackSlackMs,
    );
  }

  /** A repetition may leave no outcome of its own, for the broker has the first one: then it is settled when it ends. */
  private settledAtMs({ deliveryId, attempt, startedAtMs, endedAtMs }: RequestRecord): number | null {
    const times = this.log.settledAtMs(deliveryId, attempt);
    if (times.length === 0) return null;
    const own = times.filter((atMs) => atMs >= startedAtMs);
    return own.length > 0 ? Math.min(...own) : endedAtMs;
  }
}

/** Each duplicate with the request that it repeats: the last of the same attempt, otherwise the last success. */
function* repetitionsAmong(
  requests: readonly RequestRecord[],
): Generator<readonly [RequestRecord, RequestRecord]> {
  for (const [index, again] of requests.entries()) {
    const before = requests.slice(0, index);
    const earlier =
      before.findLast(({ attempt }) => attempt === again.attempt) ??
      before.findLast(({ status }) => isSuccess(status));
    if (earlier) yield [earlier, again];
  }
}

function byEndpointAndEvent(requests: readonly RequestRecord[]): Iterable<RequestRecord[]> {
  const groups = new Map<string, RequestRecord[]>();
  for (const request of [...requests].sort((a, b) => a.startedAtMs - b.startedAtMs)) {
    const key = `${request.eventId} ${request.endpoint}`;
    const group = groups.get(key);
    if (group) group.push(request);
    else groups.set(key, [request]);
  }
  return groups.values();
}
