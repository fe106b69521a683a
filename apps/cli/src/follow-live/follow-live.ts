import { followLive as followUrl, LiveLost, ProblemError, type LiveMessage } from '@postel/client';
import type { Connection } from '../connect/connection.js';
import { connectionFault } from '../fail/failure-of.js';
import { printable } from '../terminal/printable.js';

export interface FollowOptions {
  readonly connection: Connection;
  /** `/v1/live/events?events=…` */
  readonly path: string;
  readonly signal: AbortSignal;
  /** The connection was lost or made again; one line each. */
  readonly onNotice: (line: string) => void;
  /** Once, when what follows will be told. */
  readonly onReady?: () => void;
  /** Where to begin: behind this message; from now on without it. */
  readonly after?: string | undefined;
  readonly silenceMs?: number;
  readonly firstDelayMs?: number;
}

/**
 * Follows live with the connection of a command, and says in lines how it goes.
 * @throws {ProblemError} when the API refuses: it would again
 */
export function followLive(options: FollowOptions): AsyncGenerator<LiveMessage, void, undefined> {
  const { connection, onNotice, onReady, path, ...others } = options;
  const { url, token, tenant } = connection;
  let wasReady = false;
  let isLost = false;
  return followUrl({
    ...others,
    url: `${url}${path}`,
    headers: { authorization: `Bearer ${token}`, ...(tenant === null ? {} : { 'postel-tenant': tenant }) },
    onState: (state) => {
      if (state.name === 'connecting') return;
      if (state.name === 'live') {
        if (isLost) onNotice('connected again');
        if (!wasReady) onReady?.();
        wasReady = true;
      } else {
        onNotice(
          `${printable(wordsFor(state.error))}; trying again in ${(state.waitMs / 1_000).toFixed(1)} s`,
        );
      }
      isLost = state.name === 'reconnecting';
    },
  });
}

function wordsFor(error: unknown): string {
  if (error instanceof LiveLost || error instanceof ProblemError) return error.message;
  return `the API cannot be reached (${connectionFault(error) ?? 'the connection ended'})`;
}
