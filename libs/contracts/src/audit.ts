import { endpointFactNames } from './config-facts.js';

/** What the audit tells of: deeds of people and, with the name of its part, of Postel itself. */
export const auditActions = [
  'event.replayed',
  'event.erased',
  'event.discarded',
  'delivery.retried',
  'delivery.redriven',
  'delivery.discarded',
  'endpoint.recovered',
  'log.exported',
  ...endpointFactNames,
  'event_type.discovered',
  'event_type.put',
  'event_type.deleted',
  'tenant.created',
  'tenant.updated',
  'tenant.deleted',
  'tenant.erased',
  'api_key.created',
  'api_key.revoked',
  'portal_token.created',
  'portal_token.revoked',
  'source.created',
  'source.updated',
  'source.secrets_replaced',
  'source.deleted',
] as const;
export type AuditAction = (typeof auditActions)[number];

export function isAuditAction(name: string): name is AuditAction {
  return (auditActions as readonly string[]).includes(name);
}
