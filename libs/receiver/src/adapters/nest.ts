import { createParamDecorator, HttpException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { bodyOf, type KeptBody } from '../read-body/read-body.js';
import type { Receiver } from '../receive-webhook/receiver.js';
import { rawBody } from '../verify-request/raw-body.js';
import type { Webhook as VerifiedWebhook } from '../receive-webhook/webhook.js';

type NestRequest = IncomingMessage &
  KeptBody & {
    /** On fastify: the request of node. */
    readonly raw?: IncomingMessage;
    webhook?: VerifiedWebhook;
  };

/**
 * Lets verified webhooks alone through: `@UseGuards(webhookGuard(receiver))`. Create the application with `rawBody: true`, or
 * with `bodyParser: false`. It verifies and does not handle:
 * that is for the method to do, with `receiver.handle(webhook)`.
 */
export function webhookGuard(receiver: Receiver): CanActivate {
  return {
    canActivate: async (context: ExecutionContext) => {
      const request = context.switchToHttp().getRequest<NestRequest>();
      const { headers } = request;
      try {
        const body = rawBody(await bodyOf(request.raw ?? request, request, receiver.maxBodyBytes));
        request.webhook = receiver.verified({ headers, body });
        return true;
      } catch (error) {
        const { status, body } = receiver.refused(error);
        throw new HttpException(JSON.parse(body) as object, status, { cause: error });
      }
    },
  };
}

/** The webhook that the guard let through, as a parameter of the handler. */
export const Webhook = createParamDecorator((_data: unknown, context: ExecutionContext): VerifiedWebhook => {
  const { webhook } = context.switchToHttp().getRequest<NestRequest>();
  if (!webhook) throw new TypeError('@Webhook() needs @UseGuards(webhookGuard(receiver))');
  return webhook;
});
