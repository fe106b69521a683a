import { isGone } from './problem-text.js';

const tries = 10;

/**
 * For what was made a moment ago: tables lag behind what was answered, normally by less than a second. A 404 is asked
 * again for some seconds, and believed then.
 */
export const untilThere = {
  retry: (failures: number, error: Error) => failures < tries && isGone(error),
  retryDelay: 500,
} as const;
