import {
  deliveryMessageId,
  deliverySubject,
  encodeDelivery,
  natsHeaders,
  parsePinnedVersion,
  partitionOf,
  passedOn,
  pinnedVersion,
  type ApiVersion,
  type DeliveryDied,
  type DeliveryMeta,
} from '@postel/contracts';
import { eventHeadersOf, readNatsEvent, type Admission } from '@postel/domain';
import type { BatchingPublisher, ConfigTables, FactLog } from '@postel/jetstream';
import { convert } from '@postel/payload-versions';
import type { WaitingRow } from '@postel/postgres';
import type { Failpoints } from '@postel/telemetry';
import { countDeath, type DeathMeters } from '../attempt-delivery/attempt-meters.js';
import { dieUnsent } from '../attempt-delivery/die-unsent.js';
import { formerAttemptsOf } from './former-attempts.js';
import type { EventSource, SentAttempts, StoredEvent } from './ports.js';

export interface PutBackParts {
  readonly events: EventSource;
  /** `null` while tracing is off. */
  readonly attempts: SentAttempts | null;
  readonly deliveries: BatchingPublisher;
  readonly log: FactLog;
  readonly tables: Pick<ConfigTables, 'table'>;
  readonly admission: Pick<Admission, 'expecting' | 'arrived'>;
  readonly partitions: number;
  readonly failpoints: Failpoints;
  readonly meters: DeathMeters;
  readonly nowMs: () => number;
}

/**
 * Publishes due rows to DELIVERIES with the bytes of their events. A row whose event is nowhere any more ends as a dead
 * letter, because it waited beyond the retention; and so does one whose event was erased.
 * @returns the message ids of the rows that may be removed
 */
export async function publishDue(
  rows: readonly WaitingRow[],
  parts: PutBackParts,
): Promise<ReadonlySet<string>> {
  const events = await parts.events.load(
    rows.map(({ acceptedAtMs, eventSeq }) => ({ acceptedAtMs, seq: eventSeq })),
  );
  const formerAttempts = await formerAttemptsOf(rows, parts.attempts);
  const bodies = new Bodies();
  const done = new Set<string>();
  const results = await Promise.allSettled(
    rows.map(async (row) => {
      const event = events.get(row.eventSeq);
      if (!event) await die(expired(row, parts.nowMs()), parts);
      else if (event.isErased) await die(erased(row, parts.nowMs()), parts);
      else
        await publishRow(
          linked(row, formerAttempts.get(row.deliveryId)),
          event,
          bodies.of(row, event),
          parts,
        );
      done.add(deliveryMessageId(row));
    }),
  );
  const failure = results.find((result) => result.status === 'rejected');
  await parts.failpoints.hit('scheduler.after-publish');
  // what was published is removed; only when nothing was, there is something to report
  if (failure && done.size === 0) throw failure.reason;
  return done;
}

function linked(row: WaitingRow, formerAttempt: string | undefined): WaitingRow {
  return formerAttempt === undefined ? row : { ...row, formerAttempt };
}

async function die(fact: DeliveryDied, { log, meters }: PutBackParts): Promise<void> {
  await log.append(fact);
  countDeath(meters, fact.reason);
}

async function publishRow(
  row: WaitingRow,
  event: StoredEvent,
  body: Uint8Array,
  parts: PutBackParts,
): Promise<void> {
  // what never was on its way has what its producer sent
  const traceparent = row.traceparent ?? passedOn(event.headers[natsHeaders.traceparent]);
  const apiVersion = versionNow(row, parts.tables);
  const meta = { ...metaOfRow(row), apiVersion, ...(traceparent === undefined ? {} : { traceparent }) };
  const { admission, deliveries, nowMs, partitions } = parts;
  admission.expecting(row.endpointId, 1, nowMs());
  const { duplicate } = await deliveries.publish({
    subject: deliverySubject(row.lane, partitionOf(row.endpointId, partitions), row.endpointId),
    payload: encodeDelivery(meta, body),
    messageId: deliveryMessageId(meta),
  });
  // the first of them comes, this one does not
  if (duplicate) admission.arrived(row.endpointId);
}

/** An outage of many endpoints brings back an event for each of them: its bytes are made once a version. */
class Bodies {
  private readonly known = new Map<string, Uint8Array>();

  of(row: WaitingRow, event: StoredEvent): Uint8Array {
    const name = `${row.eventSeq} ${row.apiVersion}`;
    let body = this.known.get(name);
    if (!body) this.known.set(name, (body = convert(envelopeOf(row, event), row.apiVersion)));
    return body;
  }
}

/**
 * One that died because its version could not be made, and is redriven, goes by what its type says now, which may have
 * been mended. As soon as anything was sent, every attempt sends the same.
 */
function versionNow(row: WaitingRow, tables: Pick<ConfigTables, 'table'>): ApiVersion {
  const pinned =
    row.attemptsMade === 0 && row.reopenedAtMs !== undefined ? parsePinnedVersion(row.apiVersion) : null;
  const type = pinned && tables.table('event-type').get(row.tenant, row.type);
  const isDeclared = type?.state.versions.some(({ name }) => name === pinned?.name);
  return pinned && type && isDeclared ? pinnedVersion(pinned.name, type.revision) : row.apiVersion;
}

/** The same bytes as the dispatcher made of the same message. */
function envelopeOf(row: WaitingRow, event: StoredEvent): Uint8Array {
  const read = readNatsEvent({
    subject: row.type,
    payload: event.payload,
    headers: eventHeadersOf(
      (name) => event.headers[name],
      () => event.headers,
    ),
    seq: row.eventSeq,
    storedAtMs: row.acceptedAtMs,
    maxBytes: Number.MAX_SAFE_INTEGER, // it was accepted under the limit of its day
  });
  if (!read.ok) throw new Error(`event ${row.eventId} can no longer be read: ${read.message}`);
  return read.event.envelope;
}

/** The delivery that a row is about, at the hop that its put-back has. */
export function metaOfRow(row: WaitingRow): DeliveryMeta {
  const { dueAtMs: _due, deferredAtMs: _since, lane: _lane, reason: _reason, ...meta } = row;
  return meta;
}

function expired(row: WaitingRow, nowMs: number) {
  const error = { code: 'payload_gone', message: 'The event is past its retention' };
  return dieUnsent(metaOfRow(row), 'expired', nowMs, { lastStatus: null, lastError: error });
}

function erased(row: WaitingRow, nowMs: number) {
  return dieUnsent(metaOfRow(row), 'event_erased', nowMs);
}
