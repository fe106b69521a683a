import { openApiDocument } from '@postel/openapi';
import { registerServeConsole } from '@postel/http-api';
import type { FastifyInstance } from 'fastify';
import { AcceptEvent } from './accept-event/accept-event.js';
import { registerAcceptEvent } from './accept-event/accept-event.routes.js';
import { answerRepeats } from './answer-repeats/answer-repeats.js';
import { KeptAnswers } from './answer-repeats/kept-answers.js';
import { docsPage, type DescribedApi } from './describe-api/docs-page.js';
import { registerExplainEvent } from './explain-event/explain-event.routes.js';
import { registerForwarding } from './forward-requests/forward-requests.js';
import type { IngestParts } from './parts.js';
import { ReceiveWebhook } from './receive-webhook/receive-webhook.js';
import { registerReceiveWebhook } from './receive-webhook/receive-webhook.routes.js';
import { registerShowSession } from './show-session/show-session.routes.js';

/** The routes of ingest that are not Nest's; the guard of the root instance holds for them as for all. */
export function registerIngestRoutes(fastify: FastifyInstance, parts: IngestParts): void {
  answerRepeats(fastify, { kept: new KeptAnswers(parts), logger: parts.logger });
  const acceptEvent = new AcceptEvent(parts);
  registerAcceptEvent(fastify, acceptEvent, parts);
  registerExplainEvent(fastify, acceptEvent, parts);
  registerReceiveWebhook(fastify, new ReceiveWebhook(acceptEvent, parts), parts);
  registerShowSession(fastify, parts);
  registerServeConsole(fastify, parts.console);
  registerForwarding(fastify, parts);
  const api = openApiDocument(parts.version);
  const document = JSON.stringify(api);
  fastify.get('/openapi.json', { config: { public: true } }, (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(document),
  );
  const page = docsPage(api as DescribedApi);
  fastify.get('/docs', { config: { public: true } }, (_request, reply) =>
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(page),
  );
}
