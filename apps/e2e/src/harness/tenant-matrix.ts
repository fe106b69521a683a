import type { Api, OpenApiDocument, OpenApiOperation } from './api-client.js';
import { eventually } from './eventually.js';
import { createTenant, type TenantClient } from './tenant-client.js';

export interface Operation {
  readonly method: string;
  /** As the document has it: `/v1/events/{id}`. */
  readonly path: string;
  readonly operation: OpenApiOperation;
}

/** Every operation that the running Postel says it has. */
export function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

/** A tenant with something of every kind. */
export interface FilledTenant {
  readonly client: TenantClient;
  readonly portalToken: string;
  readonly portalTokenId: string;
  /** Ids by the word in the path before them. */
  readonly ids: Readonly<Record<string, string>>;
  /** What nobody else may ever be shown. */
  readonly needles: readonly string[];
}

/** @param url of a receiver that refuses all for good, so that there are dead letters */
export async function fillTenant(api: Api, tenant: string, url: string): Promise<FilledTenant> {
  const client = await createTenant(api, tenant);
  const marker = `marker-of-${tenant}`;
  const endpoint = await client.expect(201, 'POST', '/v1/endpoints', {
    url: `${url}/${marker}`,
    description: marker,
    metadata: { marker },
  });
  const event = await client.expect(202, 'POST', '/v1/events', {
    id: `evt-${marker}`,
    type: 'order.created',
    data: { object: { marker } },
  });
  const dead = await eventually(async () => {
    const { data } = (await client.expect(200, 'GET', '/v1/dead-letters')) as {
      data: { id: string; deliveryId: string }[];
    };
    return data[0];
  }, `the dead letter of ${tenant}`);
  await eventually(async () => {
    const { data } = (await client.expect(200, 'GET', '/v1/deliveries')) as { data: { status: string }[] };
    return data[0]?.status === 'dead' || null;
  }, `the delivery of ${tenant}`);
  // attempts are shown with the body of their event
  await eventually(
    () => client.expect(200, 'GET', `/v1/events/${String(event['id'])}`),
    `the event of ${tenant} in the archive`,
  );
  const portal = await client.expect(201, 'POST', '/v1/portal-tokens', { ttlSeconds: 3_600 });
  const source = await client.expect(201, 'POST', '/v1/sources', {
    name: 'matrix',
    provider: 'github',
    description: marker,
  });
  // the names of standard types are everyone's
  const eventType = `matrix.of_${tenant.replaceAll('-', '_')}`;
  await client.expect(200, 'PUT', `/v1/event-types/${eventType}`, { description: marker });
  // over a time before all of this, so that it makes nothing
  const job = await client.expect(202, 'POST', `/v1/endpoints/${String(endpoint['id'])}/recover`, longAgo);
  await eventually(async () => {
    const { state } = await client.expect(200, 'GET', `/v1/jobs/${String(job['id'])}`);
    return state === 'succeeded' || null;
  }, `the job of ${tenant}`);
  const ids = {
    tenants: tenant,
    'api-keys': client.keyId,
    'portal-tokens': String(portal['id']),
    endpoints: String(endpoint['id']),
    events: String(event['id']),
    deliveries: dead.deliveryId,
    'dead-letters': dead.id,
    'event-types': eventType,
    sources: String(source['id']),
    jobs: String(job['id']),
  };
  return {
    client,
    portalToken: String(portal['token']),
    portalTokenId: String(portal['id']),
    ids,
    needles: [
      marker,
      ...Object.values(ids),
      String(endpoint['secret']),
      String(source['secret']),
      client.key,
      String(portal['token']),
    ],
  };
}

const longAgo = { since: '2001-01-01T00:00:00Z', until: '2001-01-02T00:00:00Z', only: 'all' };

/**
 * The path with ids in it.
 * @throws for a parameter that this does not know: whoever adds a route says here what to try it with
 */
export function pathWith(path: string, ids: Readonly<Record<string, string>>): string {
  return path.replace(/([^/]+)\/\{(\w+)\}/g, (_match, word: string, name: string) => {
    const id = ids[word];
    if (id === undefined) throw new Error(`The tenant matrix knows no id for {${name}} of ${path}`);
    return `${word}/${id}`;
  });
}

/** A name may be taken by every tenant for itself, whoever has it too. */
const takesName = new Set(['PUT /v1/event-types/{name}']);

export function hasIds({ method, path }: Operation): boolean {
  if (takesName.has(`${method} ${path}`)) return false;
  return path.includes('{');
}

/** Bodies with which an operation gets as far as looking for what its path names. */
const bodies: Readonly<Record<string, (ids: Readonly<Record<string, string>>) => unknown>> = {
  'POST /v1/tenants/{id}/api-keys': () => ({ name: 'matrix' }),
  'POST /v1/events/explain': () => ({ type: 'order.created', data: { object: {} } }),
  'POST /v1/endpoints/{id}/recover': () => longAgo,
  // all that fit would change what the next one is compared with
  'POST /v1/dead-letters/redrive': ({ endpoints }) => ({ endpointId: endpoints }),
};

export function bodyFor(
  { method, path, operation }: Operation,
  ids: Readonly<Record<string, string>>,
): { body: unknown } | object {
  return operation.requestBody ? { body: bodies[`${method} ${path}`]?.(ids) ?? {} } : {};
}

/** Which kinds of credentials the document says an operation takes; `null`: it is for everyone. */
export function takes({ operation }: Operation): readonly ('adminToken' | 'apiKey' | 'portalToken')[] | null {
  const schemes = (operation.security ?? []).flatMap((requirement) => Object.keys(requirement as object));
  return schemes.length === 0 ? null : (schemes as ('adminToken' | 'apiKey' | 'portalToken')[]);
}

/** Query parameters that name something, such as `endpointId`, with a value of that tenant. */
export function queryOfIds({ operation, path }: Operation, ids: Readonly<Record<string, string>>): string[] {
  const words: Readonly<Record<string, string>> = { endpointId: 'endpoints', eventId: 'events' };
  return (operation.parameters ?? [])
    .filter(({ name, in: place }) => place === 'query' && /Id$/.test(name))
    .map(({ name }) => {
      const id = ids[words[name] ?? ''];
      if (id === undefined) throw new Error(`The tenant matrix knows no value for ?${name}= of ${path}`);
      return `${name}=${id}`;
    });
}
