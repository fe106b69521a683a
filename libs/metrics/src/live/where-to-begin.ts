import { livePosition } from '@postel/contracts';
import { refuse, RefusalError } from '@postel/http-api';
import type { Broker } from '@postel/jetstream';
import type { FastifyRequest } from 'fastify';
import { endOfMessage, nextMessageOf, parsePosition, type LivePosition } from './live-position.js';

export interface Beginning {
  /** What is told stands behind it. */
  readonly position: LivePosition;
  /** The log does not reach back to where the client was. */
  readonly isGone: boolean;
}

/**
 * Behind what the client read last, or from now on. The header counts: a browser that comes back sends it to the address
 * it was given at first.
 * @throws {RefusalError} for what was never a position here
 */
export async function whereToBegin(
  broker: Broker,
  request: FastifyRequest,
  queried: string | undefined,
): Promise<Beginning> {
  const header = [request.headers['last-event-id'] ?? ''].flat().join();
  const after = header === '' ? queried : header;
  const named = header === '' ? 'after' : 'Last-Event-ID';
  if (after !== undefined && !livePosition.safeParse(after).success)
    refusePosition(named, 'invalid_format', 'the id of the last message');
  if (!broker.isConnected()) refuse('broker_unavailable');
  const { state } = await broker.jsm.streams.info('LOG');
  if (after === undefined) return { position: endOfMessage(state.last_seq), isGone: false };
  const position = parsePosition(after);
  if (nextMessageOf(position) > state.last_seq + 1)
    refusePosition(named, 'beyond_end', 'The log does not reach so far');
  if (nextMessageOf(position) >= state.first_seq) return { position, isGone: false };
  return { position: endOfMessage(state.first_seq - 1), isGone: true };
}

function refusePosition(path: string, code: string, message: string): never {
  throw new RefusalError({ code: 'malformed_request', errors: [{ path, code, message }] });
}
