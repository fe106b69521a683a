import type { IncomingMessage } from '@postel/jetstream';
import { positionText, type LivePosition } from './live-position.js';

/** A message of a live answer. */
export interface LiveMessage {
  readonly position: LivePosition;
  readonly event: 'ready' | 'reset' | 'delivery' | 'event' | 'missing';
  /** Beside the position. */
  readonly data: object;
}

/** What a live answer tells of. */
export interface LiveSource {
  /** Subjects of LOG. */
  readonly filters: readonly string[];
  /** In the order of their positions; what was told of before may come again. */
  messagesOf(batch: readonly IncomingMessage[]): AsyncIterable<LiveMessage>;
}

/** After which time a client whose connection ended comes back. */
const comeBackAfterMs = 1_000;

/** As the text of an event stream (HTML standard, 9.2.6): JSON has no line ends in it. */
export function textOf({ position, event, data }: LiveMessage): string {
  const id = positionText(position);
  const retry = event === 'ready' ? `retry: ${comeBackAfterMs}\n` : '';
  return `${retry}id: ${id}\nevent: ${event}\ndata: ${JSON.stringify({ position: id, ...data })}\n\n`;
}

/** Dispatches nothing, keeps proxies from ending the connection, and moves the place from which a client goes on. */
export function keepAliveText(reached: LivePosition): string {
  return `: still here\nid: ${positionText(reached)}\n\n`;
}
