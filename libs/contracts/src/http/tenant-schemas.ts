import { z } from 'zod';
import { alertRules } from '../alerts.js';
import { retentionOfFleet } from '../tenant.js';
import { id, pageOf, time } from './schemas.js';

export const tenantId = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, {
  message: '1 to 64 of a-z 0-9 _ -, beginning with a letter or digit',
});

export const maxRetentionDays = 400;
const days = z.int().min(1).max(maxRetentionDays).nullable();
const retention = z
  .strictObject({
    payloadDays: days.default(null).meta({ description: 'Of the bytes of events' }),
    attemptDays: days.default(null).meta({ description: 'Of attempts, with what they sent and got' }),
    rowDays: days.default(null).meta({ description: 'Of events, deliveries and dead letters' }),
  })
  .meta({ description: 'Days after which something is forgotten; null: those of the fleet' });

const settings = {
  description: z.string().max(1024),
  strictEventTypes: z
    .boolean()
    .meta({ description: 'Whether events of a type that the catalogue does not have are refused' }),
  metadata: z.record(z.string().max(128), z.string().max(1024)),
  alerts: alertRules.nullable().meta({
    description: 'When its endpoints count as failing, and are disabled; null: as the fleet has it',
  }),
  retention,
};

const settingsWithDefaults = {
  description: settings.description.default(''),
  strictEventTypes: settings.strictEventTypes.default(false),
  metadata: settings.metadata.default({}),
  alerts: settings.alerts.default(null),
  retention: settings.retention.default(retentionOfFleet),
};

export const createTenantRequest = z
  .strictObject({ id: tenantId, ...settingsWithDefaults })
  .meta({ id: 'CreateTenant' });
export const putTenantRequest = z.strictObject(settingsWithDefaults).meta({ id: 'PutTenant' });
export type TenantSettings = z.infer<typeof putTenantRequest>;
export const updateTenantRequest = z.strictObject(settings).partial().meta({ id: 'UpdateTenant' });
export type UpdateTenantRequest = z.infer<typeof updateTenantRequest>;

export const tenant = z
  .object({ id: tenantId, ...settings, createdAt: time, updatedAt: time })
  .meta({ id: 'Tenant' });
export type TenantAnswer = z.infer<typeof tenant>;
export const tenantPage = pageOf('Tenant', tenant);

export const createApiKeyRequest = z
  .strictObject({ name: z.string().max(128).default('').meta({ description: 'For whoever sees the list' }) })
  .meta({ id: 'CreateApiKey' });

const apiKeyShape = {
  id,
  tenant: tenantId,
  name: z.string(),
  prefix: z.string().meta({ description: 'How the key begins, to tell it from others' }),
  createdAt: time,
  lastUsedAt: time.nullable().meta({ description: 'To the minute; null: never' }),
};
export const apiKey = z.object(apiKeyShape).meta({ id: 'ApiKey' });
export type ApiKeyAnswer = z.infer<typeof apiKey>;
export const apiKeyPage = pageOf('ApiKey', apiKey);
export const createdApiKey = z
  .object({ ...apiKeyShape, key: z.string().meta({ description: 'Shown here, and never again' }) })
  .meta({ id: 'CreatedApiKey' });

export const maxPortalTokenSeconds = 86_400;
export const createPortalTokenRequest = z
  .strictObject({
    tenant: tenantId.optional().meta({ description: 'That of the credential when absent' }),
    ttlSeconds: z.int().min(1).max(maxPortalTokenSeconds).default(3_600),
  })
  .meta({ id: 'CreatePortalToken' });
export const createdPortalToken = z
  .object({
    id,
    tenant: tenantId,
    token: z.string().meta({ description: 'A JWT, shown here and never again' }),
    expiresAt: time,
  })
  .meta({ id: 'CreatedPortalToken' });
