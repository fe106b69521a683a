import { codeOfFault, RefusalError } from '@postel/http-api';
import type { Meters } from '@postel/telemetry';
import type { onErrorHookHandler } from 'fastify';

/** What a body is refused for before anybody reads it. Who may not send any is refused before that, and counts nowhere. */
const unreadCodes: ReadonlySet<string> = new Set(['payload_too_large', 'unsupported_media_type']);

/** For the route of one event: no handler hears of a body that was never read. */
export function countUnread(
  { eventsRejected }: Pick<Meters, 'eventsRejected'>,
  door: 'http' | 'inbound',
): onErrorHookHandler {
  return (request, _reply, error, done) => {
    const code = error instanceof RefusalError ? error.refusal.code : codeOfFault(error);
    if (request.body === undefined && code && unreadCodes.has(code)) eventsRejected.inc({ door, code });
    done();
  };
}
