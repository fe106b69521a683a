import { z } from 'zod';
import { id, time } from './schemas.js';
import { tenantId } from './tenant-schemas.js';

export const session = z
  .object({
    kind: z.enum(['admin', 'api-key', 'portal']).meta({ description: 'What the credential is' }),
    tenant: tenantId.meta({ description: 'Whose data it shows; of the admin token, as Postel-Tenant says' }),
    credentialId: id.nullable().meta({ description: 'Of the key or the portal token' }),
    expiresAt: time.nullable().meta({ description: 'When a portal token ends' }),
    version: z.string().meta({ description: 'Of Postel' }),
  })
  .meta({ id: 'Session' });
export type SessionAnswer = z.infer<typeof session>;
