import type { EventTypeSettings } from './event-type.js';

/** Whose endpoints are told what happens to those of others. It need not exist: then nobody is told. */
export const operatorTenant = 'operator';

const about = { tenant: 'acme', endpointId: 'ep_abc123', url: 'https://example.com/hook' };

function operational(description: string, example: Record<string, unknown>): EventTypeSettings {
  return { description, deprecated: false, schema: null, examples: [example], versions: [] };
}

/** The types of what Postel tells the operator; in the catalogue of the tenant `operator` alone. Nobody can publish them. */
export const operationalEventTypes = {
  'postel.endpoint.failing': operational('An endpoint has had many dead letters.', {
    severity: 'warning',
    title: 'Endpoint failing',
    message: '10 deliveries to https://example.com/hook ended as dead letters within 3600 s.',
    ...about,
    metadata: { deadLetters: 10, windowSeconds: 3600, inARow: 10, since: '2024-01-01T00:00:00.000Z' },
  }),
  'postel.endpoint.disabled': operational('An endpoint was disabled, because of what it answered.', {
    severity: 'critical',
    title: 'Endpoint disabled',
    message: '100 deliveries to https://example.com/hook ended as dead letters, and none succeeded since.',
    ...about,
    metadata: { reason: 'too_many_failures', deadLetters: 100, since: '2024-01-01T00:00:00.000Z' },
  }),
  'postel.endpoint.recovered': operational('An endpoint that was failing takes deliveries again.', {
    severity: 'info',
    title: 'Endpoint recovered',
    message: 'A delivery to https://example.com/hook succeeded.',
    ...about,
    metadata: { failingSince: '2024-01-01T00:00:00.000Z' },
  }),
  'postel.delivery.dead': operational('A delivery ended as a dead letter.', {
    severity: 'warning',
    title: 'Delivery dead',
    message: 'A delivery to https://example.com/hook ended as a dead letter: exhausted.',
    ...about,
    metadata: {
      deliveryId: 'dlv_abc123',
      eventId: 'evt_abc123',
      type: 'order.created',
      reason: 'exhausted',
      attempts: 5,
      lastStatus: 503,
      lastErrorCode: null,
    },
  }),
} as const satisfies Readonly<Record<string, EventTypeSettings>>;

export type OperationalEventType = keyof typeof operationalEventTypes;

export function isOperationalEventType(type: string): type is OperationalEventType {
  return Object.hasOwn(operationalEventTypes, type);
}
