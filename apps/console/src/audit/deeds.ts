import type { Answer } from '../api/api-context.js';

export type AuditEntry = Answer<'AuditEntry'>;
export type AuditAction = AuditEntry['action'];

/** What was done, in words. */
const words: Readonly<Record<AuditAction, string>> = {
  'event.replayed': 'Event replayed',
  'event.erased': 'Event erased',
  'event.discarded': 'What was open of an event discarded',
  'delivery.retried': 'Delivery retried at once',
  'delivery.redriven': 'Dead letters redriven',
  'delivery.discarded': 'Deliveries discarded',
  'endpoint.recovered': 'Endpoint recovered',
  'log.exported': 'Log exported',
  'endpoint.created': 'Endpoint created',
  'endpoint.updated': 'Endpoint changed',
  'endpoint.paused': 'Endpoint paused',
  'endpoint.enabled': 'Endpoint enabled',
  'endpoint.disabled': 'Endpoint disabled',
  'endpoint.secret_rotated': 'Secret of an endpoint rotated',
  'endpoint.secret_revealed': 'Secret of an endpoint revealed',
  'endpoint.headers_sealed': 'Headers of an endpoint encrypted',
  'endpoint.deleted': 'Endpoint deleted',
  'event_type.discovered': 'Event type discovered',
  'event_type.put': 'Event type changed',
  'event_type.deleted': 'Event type deleted',
  'tenant.created': 'Tenant created',
  'tenant.updated': 'Tenant changed',
  'tenant.deleted': 'Tenant deleted',
  'tenant.erased': 'Tenant erased',
  'api_key.created': 'API key created',
  'api_key.revoked': 'API key revoked',
  'portal_token.created': 'Portal link created',
  'portal_token.revoked': 'Portal link revoked',
  'source.created': 'Source created',
  'source.updated': 'Source changed',
  'source.secrets_replaced': 'Secrets of a source replaced',
  'source.deleted': 'Source deleted',
};

export const auditActions = Object.keys(words) as AuditAction[];

/** A newer Postel may know deeds that this page does not. */
export function deedOf(action: AuditAction): string {
  return (words as Readonly<Record<string, string | undefined>>)[action] ?? action;
}

/** Where what it was done to is shown; `null` when it is gone, or has no page. */
export function pageOf({
  action,
  subject,
  endpointId,
}: Pick<AuditEntry, 'action' | 'subject' | 'endpointId'>): string | null {
  const [kind = '', deed = ''] = action.split('.');
  if (deed === 'deleted' || deed === 'erased') return null;
  if (subject !== null && kind === 'delivery') return `/deliveries/${subject}`;
  if (subject !== null && kind === 'event') return `/deliveries?eventId=${subject}`;
  if (subject !== null && kind === 'event_type') return `/event-types/${encodeURIComponent(subject)}`;
  if (endpointId !== null) return `/endpoints/${endpointId}`;
  return null;
}

/** What a field of date and time holds, which has no zone: the reader's. `null` is none. */
export function localTime(iso: string | undefined): string {
  const time = iso === undefined ? NaN : Date.parse(iso);
  if (Number.isNaN(time)) return '';
  const offsetMs = new Date(time).getTimezoneOffset() * 60_000;
  return new Date(time - offsetMs).toISOString().slice(0, 16);
}

export function isoOfLocal(local: string): string | null {
  const time = Date.parse(local);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
