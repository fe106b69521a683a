import { ProblemError } from '@postel/client';
import { QueryClient, type Query } from '@tanstack/react-query';

const againMs = 5_000;

/** What was read, for one credential. What could not be is asked for again by itself. */
export function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // the client tries again by itself, and knows what may be tried again
        retry: false,
        staleTime: 5_000,
        refetchInterval: every(false),
      },
    },
  });
}

/**
 * What `refetchInterval` takes: asked again each so many ms, and sooner after a failure that may pass.
 * @param intervalMs false: only then
 */
export function every(intervalMs: number | false) {
  return ({ state: { error } }: Pick<Query<unknown>, 'state'>): number | false =>
    error !== null && mayPass(error) ? Math.min(intervalMs || againMs, againMs) : intervalMs;
}

/** Whether another time it may be answered: a refusal stays one. */
function mayPass(error: Error): boolean {
  return (
    !(error instanceof ProblemError) || error.status >= 500 || error.status === 408 || error.status === 429
  );
}
