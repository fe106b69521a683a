import type { FastifyInstance, FastifyRequest } from 'fastify';
import { countUnread } from '../accept-event/count-unread.js';
import type { IngestParts } from '../parts.js';
import type { IncomingWebhook, ReceiveWebhook } from './receive-webhook.js';

type SourceRequest = FastifyRequest<{ Params: { sourceId: string } }>;

/**
 * The door for providers, on fastify itself as the one for producers is: signatures are over raw bytes, whatever type a
 * provider says they are.
 */
export function registerReceiveWebhook(
  fastify: FastifyInstance,
  receiveWebhook: ReceiveWebhook,
  { maxEventBytes, meters }: Pick<IngestParts, 'maxEventBytes' | 'meters'>,
): void {
  void fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    scope.post<{ Params: { sourceId: string } }>(
      '/webhooks/:sourceId',
      {
        // what is added to it is small; a body a little over the limit gets the exact answer from the reader
        bodyLimit: maxEventBytes + 1_024,
        config: {
          public: true,
          counted: true,
          bodiesOf: ({ params }) => receiveWebhook.tenantOf((params as SourceRequest['params']).sourceId),
        },
        onError: countUnread(meters, 'inbound'),
        // before the body is read
        onRequest: (request: SourceRequest, _reply, next) => {
          try {
            receiveWebhook.requireSource(request.params.sourceId);
            next();
          } catch (error) {
            next(error as Error);
          }
        },
      },
      async (request) => {
        // it may have been deleted while the body came
        const source = receiveWebhook.requireSource(request.params.sourceId);
        return receiveWebhook.receive(source, webhookOf(request));
      },
    );
    done();
  });
}

function webhookOf({ body, headers, ip, span }: SourceRequest): IncomingWebhook {
  const single = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')] as const],
  );
  return {
    headers: Object.fromEntries(single),
    body: body instanceof Uint8Array ? body : new Uint8Array(),
    address: ip,
    traceparent: span?.traceparent,
  };
}
