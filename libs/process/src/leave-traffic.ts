import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The time between being not ready any more and refusing connections, in which whoever balances takes notice: what comes
 * is served, and each kept connection ends with its next answer.
 */
export async function leaveTraffic(server: Server, graceMs: number): Promise<void> {
  if (graceMs === 0) return;
  server.prependListener('request', (_request, response) => {
    response.setHeader('connection', 'close');
  });
  await delay(graceMs);
}
