import { listQuery, type ExplainedEvent } from '@postel/contracts';
import type { AcceptedEvent } from '@postel/domain';
import { principalOf, validQuery } from '@postel/http-api';
import type { FastifyInstance } from 'fastify';
import type { AcceptEvent } from '../accept-event/accept-event.js';
import { pageOfStates } from '../page-states/page-of-states.js';
import type { IngestParts } from '../parts.js';
import { explainEndpoint, type ExplainContext } from './explain-endpoint.js';
import { PlannedRequests } from './planned-requests.js';

/** A page ends early when its bodies are this long together; at least one endpoint is on it. */
const maxPageCharacters = 4 * 1024 * 1024;

/** On fastify itself, as the front door is: the event is read from the same raw bytes by the same reader. */
export function registerExplainEvent(
  fastify: FastifyInstance,
  acceptEvent: AcceptEvent,
  parts: IngestParts,
): void {
  void fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.post(
      '/v1/events/explain',
      { bodyLimit: parts.maxEventBytes + 1_024 },
      (request): Promise<ExplainedEvent> => {
        const principal = principalOf(request);
        const query = validQuery(listQuery, request.query);
        const event = acceptEvent.read(
          request.body instanceof Uint8Array ? request.body : new Uint8Array(),
          principal,
        );
        return explainPage(event, principal.tenant, query, parts);
      },
    );
    done();
  });
}

async function explainPage(
  event: AcceptedEvent,
  tenant: string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
  parts: IngestParts,
): Promise<ExplainedEvent> {
  const endpoints = parts.tables.endpointsOf(tenant).map(({ state }) => state);
  const context = contextOf(event, tenant, parts);
  let page = pageOfStates(endpoints, query);
  const data = [];
  let characters = 0;
  for (const endpoint of page.items) {
    if (characters > maxPageCharacters) {
      page = pageOfStates(endpoints, { ...query, limit: data.length });
      break;
    }
    const explanation = await explainEndpoint(event, endpoint, context);
    characters += explanation.request?.body.length ?? 0;
    data.push(explanation);
  }
  const { id, type, createdSec: created, channels, orderingKey = null } = event;
  return {
    event: { id, type, created, channels: [...channels], orderingKey },
    data,
    nextCursor: page.nextCursor,
  };
}

function contextOf(
  { envelope, type: name }: AcceptedEvent,
  tenant: string,
  parts: IngestParts,
): ExplainContext {
  const { defaultRetry, nowMs, tables, transforms, version } = parts;
  const type = tables.table('event-type').get(tenant, name)?.state ?? null;
  const about = { tenant, defaultRetry, nowMs: nowMs(), version, type, transforms };
  const requests = new PlannedRequests(envelope, about);
  return {
    requestFor: (event, endpoint) => requests.of(event, endpoint),
    hasOpenCircuit: (endpointId) => tables.circuitOf(endpointId) !== null,
  };
}
