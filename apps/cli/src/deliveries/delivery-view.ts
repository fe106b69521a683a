import type { components } from '@postel/client';
import type { Context } from '../context.js';
import { shownTime } from '../show/moments.js';
import type { Column } from '../show/table.js';
import type { Style } from '../terminal/terminal.js';

export type Delivery = components['schemas']['Delivery'];
export type Attempt = components['schemas']['Attempt'];

export const deliveryStatuses = ['pending', 'retrying', 'succeeded', 'dead', 'discarded'] as const;

const statusStyles: Readonly<Record<string, Style>> = {
  succeeded: 'green',
  retrying: 'yellow',
  retry: 'yellow',
  dead: 'red',
  discarded: 'dim',
};

export function statusStyle(status: string): Style | null {
  return statusStyles[status] ?? null;
}

/** What came of the last attempt: its status, or why there was none. */
export function lastAnswer({ lastStatus, lastError }: Pick<Delivery, 'lastStatus' | 'lastError'>): string {
  if (lastError) return lastStatus === null ? lastError.code : `${lastStatus} ${lastError.code}`;
  return lastStatus === null ? '–' : String(lastStatus);
}

export function deliveryColumns({ terminal }: Context): readonly Column<Delivery>[] {
  return [
    { head: 'ID', of: ({ id }) => id },
    { head: 'STATUS', of: ({ status }) => status, style: ({ status }) => statusStyle(status) },
    { head: 'TYPE', of: ({ type }) => type, flexible: true },
    { head: 'ENDPOINT', of: ({ endpointId }) => endpointId },
    { head: 'TRIES', of: ({ attempts }) => String(attempts) },
    { head: 'LAST', of: lastAnswer, flexible: true },
    { head: 'NEXT', of: ({ nextAttemptAt }) => shownTime(nextAttemptAt, terminal.isTty) },
    { head: 'CREATED', of: ({ createdAt }) => shownTime(createdAt, terminal.isTty) },
  ];
}

export function attemptColumns({ terminal }: Context): readonly Column<Attempt>[] {
  return [
    { head: '#', of: ({ number }) => String(number) },
    { head: 'STARTED', of: ({ startedAt }) => shownTime(startedAt, terminal.isTty) },
    { head: 'OUTCOME', of: ({ outcome }) => outcome, style: ({ outcome }) => statusStyle(outcome) },
    { head: 'STATUS', of: ({ response }) => (response ? String(response.status) : '–') },
    { head: 'MS', of: ({ durationMs }) => String(Math.round(durationMs)) },
    {
      head: 'ANSWER',
      of: ({ error, response }) => (error ? `${error.code}: ${error.message}` : (response?.body ?? '')),
      flexible: true,
    },
  ];
}
