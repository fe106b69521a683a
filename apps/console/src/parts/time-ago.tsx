import { Tooltip } from '@mantine/core';
import { useSyncExternalStore, type ReactNode } from 'react';
import { relativeTime } from './format.js';

const everyMs = 1_000;

/** A clock that goes while somebody looks at it, and not in a tab that nobody sees. */
class Clock {
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | null = null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    this.timer ??= setInterval(() => this.tick(), everyMs);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0 || this.timer === null) return;
      clearInterval(this.timer);
      this.timer = null;
    };
  };

  private tick(): void {
    if (document.hidden) return;
    for (const listener of this.listeners) listener();
  }
}

/** One for all times on a page. */
const clock = new Clock();
const nowInSeconds = () => Math.floor(Date.now() / everyMs);

/** Unix milliseconds, each second. */
export function useNowMs(): number {
  return useSyncExternalStore(clock.subscribe, nowInSeconds) * everyMs;
}

/** `2 min ago`; a tooltip tells the exact time, of the reader's zone. */
export function TimeAgo({ at }: { at: string }): ReactNode {
  // drawn again when what it says changes, not each second
  const said = useSyncExternalStore(clock.subscribe, () =>
    relativeTime(Date.parse(at), nowInSeconds() * everyMs),
  );
  const exact = new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <Tooltip label={exact}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {said}
      </time>
    </Tooltip>
  );
}
