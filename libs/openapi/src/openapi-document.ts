import { livePosition, problem, routes, takesIdempotencyKey, tenantId, type Route } from '@postel/contracts';
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponseObject } from 'zod-openapi';

const tenantHeader = {
  'Postel-Tenant': tenantId.optional().meta({
    description: 'With the admin token: for which tenant, `default` when absent. Other credentials have one',
  }),
};

const idempotencyHeader = {
  'Idempotency-Key': z.string().min(1).max(255).optional().meta({
    description: 'The same request again within 24 hours gets the first answer, and does nothing',
  }),
};

const lastEventIdHeader = {
  'Last-Event-ID': livePosition.optional().meta({
    description: 'As `after`; a browser sends it by itself when it comes back',
  }),
};

/** The OpenAPI 3.1 document, made from the table of routes; the schemas in it are those that the services use. */
export function openApiDocument(version: string): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operationOf(route);
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Postel',
      version,
      description:
        'Webhook delivery: publish an event once, and every endpoint that wants it gets it, signed.',
    },
    paths: paths,
    components: { securitySchemes },
  });
}

const securitySchemes = {
  adminToken: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The operator’s token. It acts for the tenant of the header `Postel-Tenant`, or for `default`.',
  },
  apiKey: { type: 'http', scheme: 'bearer', description: 'A tenant’s API key, `pk_…`.' },
  portalToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A portal token of a tenant, for a day at most.',
  },
} as const;

function securityOf(route: Route): Record<string, []>[] {
  if (route.public) return [];
  const { who } = route;
  return [
    { adminToken: [] },
    ...(who.includes('K') ? [{ apiKey: [] as [] }] : []),
    ...(who.includes('P') ? [{ portalToken: [] as [] }] : []),
  ];
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const parameters = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const refusals = route.public ? [] : [400, 401, 403, 404, 429, 503, ...(route.body ? [413, 415, 422] : [])];
  const takesKey = takesIdempotencyKey(route);
  const headers = {
    ...(route.public ? {} : tenantHeader),
    ...(takesKey ? idempotencyHeader : {}),
    ...(route.messages ? lastEventIdHeader : {}),
  };
  return {
    operationId: operationIdOf(route),
    summary: route.summary,
    security: securityOf(route),
    ...(parameters.length > 0 || route.query || !route.public
      ? {
          requestParams: {
            ...(parameters.length > 0
              ? { path: z.object(Object.fromEntries(parameters.map((name) => [name, z.string()]))) }
              : {}),
            ...(route.query ? { query: route.query } : {}),
            ...(route.public ? {} : { header: z.object(headers) }),
          },
        }
      : {}),
    ...(route.body ? { requestBody: { required: needsBody(route), content: bodiesOf(route) } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, schema]) => [
          status,
          status === '200' ? goodAnswerOf(route, schema) : answerOf(status, schema),
        ]),
      ),
      ...Object.fromEntries(
        [...new Set([...refusals, ...(takesKey ? [409] : []), ...(route.problems ?? [])])].map((status) => [
          String(status),
          {
            description: 'A problem (RFC 9457)',
            content: { 'application/problem+json': { schema: problem } },
          },
        ]),
      ),
    },
  };
}

/** None is as good as `{}` where nothing in it must be there. */
function needsBody({ body }: Route): boolean {
  return body !== undefined && !body.safeParse({}).success;
}

function bodiesOf({ body, otherBodies }: Route): Record<string, { schema: z.ZodType }> {
  const bodies = { ...(body ? { 'application/json': body } : {}), ...otherBodies };
  return Object.fromEntries(Object.entries(bodies).map(([type, schema]) => [type, { schema }]));
}

function answerOf(status: string, schema: z.ZodType | null): ZodOpenApiResponseObject {
  const description = status === '202' ? 'Accepted' : status === '201' ? 'Created' : 'OK';
  return { description, ...(schema ? { content: { 'application/json': { schema } } } : {}) };
}

function goodAnswerOf({ lines, messages }: Route, schema: z.ZodType | null): ZodOpenApiResponseObject {
  if (messages) return messagesOf(messages);
  return lines ? linesOf(lines) : answerOf('200', schema);
}

/** OpenAPI 3.1 has no words for messages of an event stream: the schema is that of the `data` of each. */
function messagesOf(messages: NonNullable<Route['messages']>): ZodOpenApiResponseObject {
  return {
    description: `Server-sent events (${Object.keys(messages).join(', ')}) without an end; the schema is of their data`,
    content: { 'text/event-stream': { schema: z.union(Object.values(messages)) } },
  };
}

function linesOf(schema: z.ZodType): ZodOpenApiResponseObject {
  return { description: 'Lines of JSON', content: { 'application/x-ndjson': { schema } } };
}

/** `POST /v1/endpoints/{id}/test` → `postEndpointsIdTest`: stable, and unique as routes are. */
function operationIdOf({ method, path }: Route): string {
  const words = path
    .replace('/v1', '')
    .split(/[^A-Za-z]+/)
    .filter(Boolean);
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
