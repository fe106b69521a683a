import { followLive, ProblemError, type FollowOptions, type LiveMessage } from '@postel/client';

/** `off`: there is no live answer to be had here, and none will come. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'off';

export interface FollowingPage extends Omit<FollowOptions, 'onState'> {
  readonly onMessage: (message: LiveMessage) => void;
  readonly onState: (state: LiveState) => void;
}

/** Follows live until the signal is aborted, or the API refuses for good. */
export async function follow({ onMessage, onState, ...options }: FollowingPage): Promise<void> {
  try {
    const messages = followLive({ ...options, onState: ({ name }) => onState(name) });
    for await (const message of messages) onMessage(message);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    onState('off');
  }
}
