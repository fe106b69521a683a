import { natsHeaders } from '@postel/contracts';
import { PublishError, type OutgoingMessage, type Published } from '@postel/jetstream';
import type { Tracing } from '@postel/telemetry';

interface SendParts {
  readonly eventId: string;
  readonly events: { publish(message: OutgoingMessage): Promise<Published> };
  readonly tracing: Tracing | null;
}

/** Publishes to EVENTS. @throws {PublishError} when the broker cannot take it */
export function sendEvent(
  message: OutgoingMessage,
  { eventId, events, tracing }: SendParts,
): Promise<Published> {
  return tracing ? sendTraced(message, { eventId, events, tracing }) : events.publish(message);
}

/** Under a span of its own that whoever takes the event from there belongs to. */
async function sendTraced(
  message: OutgoingMessage,
  { eventId, events, tracing }: SendParts & { readonly tracing: Tracing },
): Promise<Published> {
  const { headers = {}, subject } = message;
  const parent = headers[natsHeaders.traceparent];
  const span = tracing.begin({ name: 'send EVENTS', kind: 'producer', parent });
  const { traceparent } = span;
  const about = {
    'messaging.system': 'nats',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'EVENTS',
    'messaging.message.body.size': message.payload.length,
    'postel.event.id': eventId,
    'postel.event.type': subject,
    'postel.tenant': headers[natsHeaders.tenant],
  };
  try {
    const published = await events.publish({
      ...message,
      headers: { ...headers, [natsHeaders.traceparent]: traceparent },
    });
    const { duplicate, seq } = published;
    span.end({
      attributes: { ...about, 'messaging.message.id': String(seq), 'postel.duplicate': duplicate },
    });
    return published;
  } catch (error) {
    span.end({ attributes: about, error: error instanceof PublishError ? error.kind : 'internal_error' });
    throw error;
  }
}
