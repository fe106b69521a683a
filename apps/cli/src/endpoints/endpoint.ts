import type { components } from '@postel/client';

export type Endpoint = components['schemas']['Endpoint'];
export type CreatedEndpoint = components['schemas']['CreatedEndpoint'];
export type RateLimit = NonNullable<Endpoint['rateLimit']>;
