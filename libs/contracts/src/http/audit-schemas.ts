import { z } from 'zod';
import { auditActions } from '../audit.js';
import { factNames } from '../facts.js';
import { id, listQuery, pageOf, time } from './schemas.js';

const since = z.iso.datetime({ offset: true }).optional();

export const auditQuery = listQuery.extend({
  action: z.enum(auditActions).optional(),
  actor: z
    .string()
    .regex(/^[A-Za-z0-9_:-]{1,128}$/, 'admin, key:<id>, portal:<id> or a part of Postel')
    .optional(),
  endpointId: id.optional(),
  since,
  until: since,
});

export const auditEntry = z
  .object({
    id: z.string(),
    action: z.enum(auditActions),
    actor: z.string().meta({ description: 'admin, key:<id>, portal:<id> or a part of Postel' }),
    at: time,
    endpointId: id.nullable(),
    subject: z.string().nullable().meta({
      description: 'The id or name of what it was done to; null when one request did it to several',
    }),
    count: z.int().meta({ description: 'Deliveries or dead letters that it was done to, else 1' }),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntryAnswer = z.infer<typeof auditEntry>;
export const auditPage = pageOf('AuditEntry', auditEntry);

export const erasure = z
  .object({
    eventId: id,
    state: z.enum(['erasing', 'erased']).meta({
      description: 'erased: no stream, table or answer has its payload any more; ask again to see it',
    }),
  })
  .meta({ id: 'Erasure' });
export type ErasureAnswer = z.infer<typeof erasure>;

export const exportedFact = z
  .looseObject({
    position: z.string().meta({ description: 'Where it stands in the log; `after` goes on behind it' }),
    fact: z.enum(factNames),
    tenant: z.string(),
    eventId: z.string(),
    type: z.string(),
    acceptedAtMs: z.int().meta({ description: 'When the event was accepted, Unix milliseconds' }),
    atMs: z.int().meta({ description: 'When this happened, Unix milliseconds' }),
  })
  .meta({ id: 'ExportedFact', description: 'With more, by fact: the log as it is' });

export const exportQuery = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,16}$/, 'the position of the last line that was read')
    .optional()
    .meta({ description: 'The position of the last line that was read: it goes on behind it' }),
  since,
  until: since,
});
