import type { ReactNode } from 'react';
import { Status, type Tone } from '../parts/status.js';
import type { LiveState } from './follow.js';

const shown: Readonly<Record<LiveState, { readonly tone: Tone; readonly text: string }>> = {
  connecting: { tone: 'quiet', text: 'Connecting' },
  live: { tone: 'good', text: 'Live' },
  reconnecting: { tone: 'warning', text: 'Reconnecting' },
  off: { tone: 'quiet', text: 'Every few seconds' },
};

/** Whether what is seen is what is. */
export function LiveBadge({ state }: { state: LiveState }): ReactNode {
  const { tone, text } = shown[state];
  return (
    <span role="status">
      <Status tone={tone}>{text}</Status>
    </span>
  );
}
