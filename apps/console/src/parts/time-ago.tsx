import { Tooltip } from '@mantine/core';
import { useSyncExternalStore, type ReactNode } from 'react';
import { relativeTime } from './format.js';

const everyMs = 1_000;

/** One clock for all times on a page. */
function subscribe(onTick: () => void): () => void {
  const timer = setInterval(onTick, everyMs);
  return () => clearInterval(timer);
}
const nowInSeconds = () => Math.floor(Date.now() / everyMs);

/** Unix milliseconds, each second. */
export function useNowMs(): number {
  return useSyncExternalStore(subscribe, nowInSeconds) * everyMs;
}

/** `2 min ago`; the exact time, of the reader's zone, is told by a tooltip, and to a screen reader. */
export function TimeAgo({ at }: { at: string }): ReactNode {
  const nowMs = useNowMs();
  const exact = new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <Tooltip label={exact}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {relativeTime(Date.parse(at), nowMs)}
      </time>
    </Tooltip>
  );
}
