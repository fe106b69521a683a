import type { LiveMessage } from '@postel/client';
import type { SigningKey } from '@postel/signing';
import type { Context } from '../context.js';
import { followLive } from '../follow-live/follow-live.js';
import type { LiveEvent, LiveMissing } from '../follow-live/live-message.js';
import { clockTime } from '../show/moments.js';
import { printable } from '../terminal/printable.js';
import { forwardEvent, type Forwarded } from './forward-event.js';

export interface ListenParts {
  readonly target: string;
  readonly events: readonly string[];
  readonly printJson: boolean;
  readonly secret: string;
  readonly key: SigningKey;
  readonly timeoutMs: number;
  readonly after: string | undefined;
}

/** Forwards one event after the other, in their order, until it is interrupted; then it says what it did. */
export async function listen(context: Context, parts: ListenParts): Promise<void> {
  const { terminal } = context;
  const signal = terminal.untilInterrupted();
  const query = parts.events.length === 0 ? '' : `?events=${encodeURIComponent(parts.events.join(','))}`;
  const messages = followLive({
    connection: context.connection(),
    path: `/v1/live/events${query}`,
    signal,
    onNotice: (line) => terminal.warn(terminal.paint('dim', line)),
    after: parts.after,
    onReady: () => terminal.warn(`Ready: events go to ${parts.target}, signed with ${parts.secret}`),
  });
  const summary = new Summary();
  try {
    for await (const message of messages) await take(context, parts, message, summary, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  terminal.warn(summary.line());
}

async function take(
  context: Context,
  parts: ListenParts,
  message: LiveMessage,
  summary: Summary,
  signal: AbortSignal,
): Promise<void> {
  const { terminal } = context;
  if (message.event === 'missing') {
    const { id, reason } = JSON.parse(message.data) as LiveMissing;
    terminal.warn(`${id} cannot be forwarded: its payload is ${reason}`);
    return;
  }
  if (message.event === 'reset') {
    terminal.warn('The log does not reach back to where this stopped: events in between were missed.');
    return;
  }
  if (message.event !== 'event') return;
  const event = JSON.parse(message.data) as LiveEvent;
  let wasDown = false;
  const forwarded = await forwardEvent(event, {
    target: parts.target,
    key: parts.key,
    timeoutMs: parts.timeoutMs,
    nowMs: () => terminal.nowMs(),
    signal,
    onDown: (reason) => {
      wasDown = true;
      terminal.warn(
        terminal.paint('yellow', `${parts.target} is down (${reason}): ${event.id} and what follows wait`),
      );
    },
  });
  if (wasDown) terminal.warn(terminal.paint('dim', `${parts.target} is back`));
  summary.add(forwarded);
  await show(context, event, forwarded, parts.printJson);
}

async function show(
  { terminal, json }: Context,
  event: LiveEvent,
  forwarded: Forwarded,
  printJson: boolean,
): Promise<void> {
  const at = new Date(terminal.nowMs());
  if (json) {
    const { id, type } = event;
    const body = printJson ? { body: event.body } : {};
    return terminal.print(JSON.stringify({ at: at.toISOString(), id, type, ...forwarded, ...body }));
  }
  const outcome =
    forwarded.kind === 'answered'
      ? terminal.paint(isSuccess(forwarded) ? 'green' : 'red', String(forwarded.status))
      : terminal.paint('red', printable(forwarded.reason));
  await terminal.print(
    `${clockTime(at)}  ${printable(event.type)}  ${event.id}  → ${outcome} in ${forwarded.durationMs} ms`,
  );
  if (printJson) await terminal.print(printable(event.body));
}

function isSuccess(forwarded: Forwarded): boolean {
  return forwarded.kind === 'answered' && forwarded.status >= 200 && forwarded.status < 300;
}

class Summary {
  private succeeded = 0;
  private others = 0;

  add(forwarded: Forwarded): void {
    if (isSuccess(forwarded)) this.succeeded += 1;
    else this.others += 1;
  }

  line(): string {
    const all = this.succeeded + this.others;
    return `${all} event${all === 1 ? '' : 's'} forwarded: ${this.succeeded} answered with 2xx, ${this.others} not.`;
  }
}
