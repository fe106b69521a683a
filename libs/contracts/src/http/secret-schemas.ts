import { z } from 'zod';
import { endpointFactNames } from '../config-facts.js';

const time = z.iso.datetime();

export const publicKey = z
  .string()
  .nullable()
  .meta({ description: 'Of the scheme standard-ed25519 (`whpk_…`); null without it' });

export const endpointSecret = z.object({ secret: z.string() }).meta({ id: 'EndpointSecret' });

export const rotatedSecret = z
  .object({
    secret: z.string().meta({ description: 'The new secret' }),
    publicKey,
    previousExpiresAt: time.meta({ description: 'Until then the one before signs too' }),
  })
  .meta({ id: 'RotatedSecret' });

export const endpointChange = z
  .object({
    fact: z.enum(endpointFactNames),
    actor: z.string().meta({ description: 'admin, key:<id>, portal:<id> or a part of Postel' }),
    at: time,
    changes: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })).meta({
      description: 'By field; values of headers are masked, secrets never here',
    }),
  })
  .meta({ id: 'EndpointChange' });
export type EndpointChangeAnswer = z.infer<typeof endpointChange>;

export const endpointChangePage = z
  .object({ data: z.array(endpointChange), nextCursor: z.string().nullable() })
  .meta({ id: 'EndpointChangePage' });
