import { ProblemError } from '@postel/client';
import { QueryClient } from '@tanstack/react-query';

const againMs = 5_000;

/** What was read, for one credential. What could not be is asked for again by itself. */
export function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // the client tries again by itself, and knows what may be tried again
        retry: false,
        staleTime: 5_000,
        refetchInterval: ({ state }) => (state.error !== null && mayPass(state.error) ? againMs : false),
      },
    },
  });
}

/** Whether another time it may be answered: a refusal stays one. */
function mayPass(error: Error): boolean {
  return (
    !(error instanceof ProblemError) || error.status >= 500 || error.status === 408 || error.status === 429
  );
}
