import { ProblemError } from '@postel/client';

const tries = 10;

/**
 * For what was made a moment ago: tables lag behind what was answered, normally by less than a second. A 404 is asked
 * again for some seconds, and believed then.
 */
export const untilThere = {
  retry: (failures: number, error: Error) =>
    failures < tries && error instanceof ProblemError && error.status === 404,
  retryDelay: 500,
} as const;
