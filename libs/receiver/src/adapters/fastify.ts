import type { FastifyInstance } from 'fastify';
import { readBody } from '../read-body/read-body.js';
import type { Answer } from '../receive-webhook/answer.js';
import type { Receiver } from '../receive-webhook/receiver.js';

export interface FastifyWebhookOptions {
  readonly receiver: Receiver;
  /** Of the route: `/webhooks`. */
  readonly path: string;
}

/**
 * A plugin with one route: `app.register(fastifyWebhook, { receiver, path })`. Within it no body is parsed, whatever its content
 * type; the rest of the application keeps its parsers.
 */
export function fastifyWebhook(
  instance: FastifyInstance,
  { receiver, path }: FastifyWebhookOptions,
  done: () => void,
): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
  instance.post(path, async (request, reply) => {
    let answer: Answer;
    try {
      const body = await readBody(request.raw, receiver.maxBodyBytes);
      answer = await receiver.receive({ headers: request.headers, body });
    } catch (error) {
      answer = receiver.refused(error);
    }
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
  done();
}
