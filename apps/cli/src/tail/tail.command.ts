import type { Command } from 'commander';
import { running } from '../context.js';
import { deliveryStatuses, statusStyle } from '../deliveries/delivery-view.js';
import { followLive } from '../follow-live/follow-live.js';
import type { LiveDelivery } from '../follow-live/live-message.js';
import { choice } from '../read/options.js';
import { clockTime, shownTime } from '../show/moments.js';
import { printable } from '../terminal/printable.js';
import type { Paint, Terminal } from '../terminal/terminal.js';

interface TailOptions {
  readonly endpoint?: string;
  readonly type?: string;
  readonly status?: string;
  readonly after?: string;
}

export function addTail(program: Command, terminal: Terminal): void {
  program
    .command('tail')
    .description('deliveries as they happen, until Ctrl-C')
    .option('--endpoint <id>', 'only of this endpoint')
    .option('--type <type>', 'only of this event type, or such as order.*')
    .addOption(choice('--status <status>', 'only what becomes', deliveryStatuses))
    .option('--after <position>', 'begin behind this message, instead of now')
    .action(
      running<TailOptions>(terminal, async (context, _args, options) => {
        const messages = followLive({
          connection: context.connection(),
          path: `/v1/live/deliveries${queryOf(options)}`,
          signal: terminal.untilInterrupted(),
          onNotice: (line) => terminal.warn(terminal.paint('dim', line)),
          after: options.after,
          onReady: () => terminal.warn(terminal.paint('dim', 'Ready: deliveries are shown as they happen.')),
        });
        for await (const { event, data } of messages) {
          if (event === 'reset') terminal.warn('The log does not reach back so far: something was missed.');
          if (event !== 'delivery') continue;
          await terminal.print(
            context.json
              ? data
              : tailLine(JSON.parse(data) as LiveDelivery, terminal.nowMs(), terminal.paint),
          );
        }
      }),
    );
}

function queryOf({ endpoint, type, status }: TailOptions): string {
  const query = new URLSearchParams();
  if (endpoint !== undefined) query.set('endpointId', endpoint);
  if (type !== undefined) query.set('type', type);
  if (status !== undefined) query.set('status', status);
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** One line: when, what became of it, and how its last attempt ended. */
export function tailLine({ delivery, attempt }: LiveDelivery, nowMs: number, paint: Paint): string {
  const { id, status, type, url, nextAttemptAt } = delivery;
  const style = statusStyle(status);
  const padded = status.padEnd(9);
  const next = nextAttemptAt && status === 'retrying' ? `, again at ${shownTime(nextAttemptAt, true)}` : '';
  const tried = attempt
    ? `  attempt ${attempt.number}: ${attempt.status ?? attempt.error?.code ?? '–'} in ${Math.round(attempt.durationMs)} ms${next}`
    : '';
  return `${clockTime(new Date(nowMs))}  ${style ? paint(style, padded) : padded}  ${printable(type)}  ${id}  ${printable(url)}${printable(tried)}`;
}
