import {
  defaultTenant,
  eventTypeOfSubject,
  isOperationalEventType,
  natsHeaders,
  operatorTenant,
} from '@postel/contracts';
import {
  eventHeadersOf,
  readNatsEvent,
  readNatsEventHead,
  type AcceptedEvent,
  type NatsEventHeadReading,
  type NatsEventOfAnySize,
} from '@postel/domain';
import type { IncomingMessage, StoredMessage } from '@postel/jetstream';
import type { NewArchivedEvent } from '@postel/postgres';

/** A message of EVENTS as the archive keeps it: the exact bytes, and what they are found by. */
export function archivedEventOf(
  message: IncomingMessage,
  tenantExists: (tenant: string) => boolean,
): NewArchivedEvent {
  const headers = message.headers();
  const tenant = tenantNamedBy(headers);
  const { subject, payload, seq, storedAtMs } = message;
  const read = readNatsEventHead(natsEventOf(subject, payload, headers, seq, storedAtMs));
  const event = read.ok ? read.event : null;
  const type = eventTypeOfSubject(subject);
  const isOperational = tenant === operatorTenant && isOperationalEventType(type);
  const known = tenantExists(tenant) || isOperational;
  return {
    acceptedAtMs: storedAtMs,
    seq,
    tenant: known ? tenant : defaultTenant,
    id: idOf(read),
    type,
    createdAtMs: event ? event.createdSec * 1_000 : storedAtMs,
    door: headers[natsHeaders.configSequence] === undefined ? 'nats' : 'http',
    channels: event?.channels ?? [],
    payload,
    headers,
    valid: event !== null && known && !message.hasBadHeaders,
  };
}

/** As the dispatcher has it: a header without a value is none. It need not be a tenant of ours. */
export function tenantNamedBy(headers: Readonly<Record<string, string>>): string {
  return headers[natsHeaders.tenant] || defaultTenant;
}

/** Under which the archive has it, also where it was not understood. */
export function archivedIdOf({ subject, payload, headers, storedAtMs }: StoredMessage, seq: number): string {
  return idOf(readNatsEventHead(natsEventOf(subject, payload, headers, seq, storedAtMs)));
}

function idOf(read: NatsEventHeadReading): string {
  return read.ok ? read.event.id : read.id;
}

/** @returns `null` for one that was not understood */
export function acceptedEventOf(
  subject: string,
  payload: Uint8Array,
  headers: Readonly<Record<string, string>>,
  seq: number,
  storedAtMs: number,
): AcceptedEvent | null {
  const read = readNatsEvent({
    ...natsEventOf(subject, payload, headers, seq, storedAtMs),
    maxBytes: Number.MAX_SAFE_INTEGER, // the dispatcher judges the size; the archive keeps what there is
  });
  return read.ok ? read.event : null;
}

function natsEventOf(
  subject: string,
  payload: Uint8Array,
  headers: Readonly<Record<string, string>>,
  seq: number,
  storedAtMs: number,
): NatsEventOfAnySize {
  const picked = eventHeadersOf(
    (name) => headers[name],
    () => headers,
  );
  return { subject, payload, headers: picked, seq, storedAtMs };
}
