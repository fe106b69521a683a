import type pg from 'pg';
import type { Socket } from 'node:net';

/** The server ends every statement before that by itself: who has not answered by then is gone, or cut off. */
export const silentAfterMs = 35_000;

/**
 * Ends a connection on which an answer is missing for so long. TCP alone sends again for a quarter of an hour what a
 * server that is gone, or a network that is cut, never gets. What was asked fails with `ETIMEDOUT`.
 */
export function endWhenSilent(client: pg.ClientBase, afterMs: number): void {
  const { connection, socket } = connectionOf(client);
  let answeredUpTo = socket.bytesWritten;
  // before the driver's own listener, which sends the next statement
  connection.prependListener('readyForQuery', () => (answeredUpTo = socket.bytesWritten));
  socket.on('timeout', () => {
    if (socket.bytesWritten > answeredUpTo) socket.destroy(silence(afterMs));
  });
  socket.setTimeout(afterMs);
}

/** The connections of one database, to be let go together. */
export class OpenConnections {
  readonly #open = new Set<pg.ClientBase>();

  add(client: pg.ClientBase): void {
    this.#open.add(client);
    client.once('end', () => this.#open.delete(client));
  }

  /** Waits for no answer: what is under way fails. */
  abandon(): void {
    for (const client of this.#open) connectionOf(client).socket.destroy();
  }
}

/** Does work whose statements take as long as they take; that the server is there, keep-alive alone says meanwhile. */
export async function withoutHurry<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  const { socket } = connectionOf(client);
  const { timeout } = socket;
  socket.setTimeout(0);
  try {
    return await work();
  } finally {
    socket.setTimeout(timeout ?? 0);
  }
}

/** What the driver's types leave out of the clients of a pool; with TLS it is the socket above that. */
function connectionOf(client: pg.ClientBase) {
  const { connection } = client as pg.Client;
  return { connection, socket: connection.stream as Socket };
}

function silence(afterMs: number): Error {
  const message = `PostgreSQL has not answered for ${Math.round(afterMs / 1_000)} s`;
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' });
}
