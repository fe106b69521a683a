import { freePort } from '../ports.js';
import { StartupError } from '../startup-error.js';

const maxAttempts = 5;

/**
 * Starts on the given port, or, for 0, on a free one, trying others: between finding a port and the server's
 * binding it someone else may.
 */
export async function withPort<T>(
  host: string,
  port: number,
  start: (port: number) => Promise<T>,
): Promise<T> {
  if (port !== 0) return start(port);
  for (let attemptNumber = 1; ; attemptNumber += 1) {
    try {
      return await start(await freePort(host));
    } catch (error) {
      if (!(error instanceof StartupError) || attemptNumber >= maxAttempts) throw error;
      if (!/taken|in use/i.test(error.message)) throw error;
    }
  }
}
