import {
  isAuditAction,
  parseConfigSubject,
  type AuditAction,
  type AuditNote,
  type ConfigFact,
  type DeliveryCreated,
  type DeliveryReopened,
  type LogFact,
} from '@postel/contracts';
import type { PositionedFact } from '@postel/jetstream';
import type { NewAuditEntry } from '@postel/postgres';
import { createHash } from 'node:crypto';

const reopenings: Readonly<Record<DeliveryReopened['by'], AuditAction>> = {
  retry: 'delivery.retried',
  redrive: 'delivery.redriven',
  recover: 'endpoint.recovered',
};
const creations: Readonly<Record<DeliveryCreated['by'], AuditAction>> = {
  replay: 'event.replayed',
  recover: 'endpoint.recovered',
};

/**
 * The entry of a fact of LOG that somebody asked for. What one request did is told once for each endpoint, with how many
 * there were.
 * @returns `null` for one that is nobody's deed
 */
export function entryOfFact({ seq, fact }: PositionedFact): NewAuditEntry | null {
  const deed = deedOf(fact);
  if (!deed) return null;
  const { tenant, atMs } = fact;
  const endpointId = 'endpointId' in fact ? fact.endpointId : null;
  const request = 'request' in fact ? fact.request : undefined;
  const id =
    request === undefined
      ? `aud_l${seq}`
      : `aud_${createHash('sha256')
          .update(JSON.stringify([tenant, deed.action, request, endpointId]))
          .digest('base64url')
          .slice(0, 24)}`;
  return { id, tenant, atMs, endpointId, count: 1, ...deed };
}

function deedOf(fact: LogFact): Pick<NewAuditEntry, 'action' | 'actor' | 'subject'> | null {
  switch (fact.fact) {
    case 'delivery.created':
      return { action: creations[fact.by], actor: fact.actor, subject: fact.eventId };
    case 'delivery.reopened':
      return { action: reopenings[fact.by], actor: fact.actor, subject: fact.deliveryId };
    case 'delivery.discarded':
      return { action: fact.fact, actor: fact.actor ?? 'unknown', subject: fact.deliveryId };
    case 'event.discarded':
    case 'event.erased':
      return { action: fact.fact, actor: fact.actor, subject: fact.eventId };
    case 'event.fanned_out':
    case 'event.unmatched':
    case 'event.invalid':
    case 'delivery.succeeded':
    case 'delivery.deferred':
    case 'delivery.died':
      return null;
  }
}

export interface ConfigMessage {
  readonly seq: number;
  readonly subject: string;
  readonly payload: Uint8Array;
}

/** Deeds that outlive their tenant: what its own audit tells is erased with it. */
const ofTheInstallation: ReadonlySet<AuditAction> = new Set(['tenant.deleted', 'tenant.erased']);

/** The entry of a fact of CONFIG. @returns `null` for what is no deed (upkeep, a secret itself) */
export function entryOfConfig(
  { seq, subject, payload }: ConfigMessage,
  operatorsTenant: string,
): NewAuditEntry | null {
  const about = parseConfigSubject(subject);
  if (!about) return null;
  const { kind, tenant, id } = about;
  const fact = JSON.parse(Buffer.from(payload).toString()) as ConfigFact<string, unknown> | AuditNote;
  const action = fact.fact;
  if (fact.v !== 1 || !isAuditAction(action)) return null;
  return {
    id: `aud_c${seq}`,
    tenant: ofTheInstallation.has(action) ? operatorsTenant : tenant,
    action,
    actor: fact.actor,
    atMs: fact.atMs,
    endpointId: kind === 'endpoint' ? id : null,
    subject: 'subject' in fact ? fact.subject : id,
    count: 1,
  };
}
