import { unwrap, type PublishedEvent } from '@postel/client';
import type { Command } from 'commander';
import { awaitDeliveries } from '../await-outcome/await-deliveries.js';
import { running, type Context } from '../context.js';
import { collected } from '../read/options.js';
import { readText } from '../read/read-data.js';
import { jsonOf } from '../show/show.js';
import type { Terminal } from '../terminal/terminal.js';
import { eventBody } from './event-body.js';

interface SendOptions {
  readonly data: string;
  readonly id?: string;
  readonly orderingKey?: string;
  readonly channels?: readonly string[];
  readonly nats?: string | true;
  readonly wait?: boolean;
}

export function addSend(program: Command, terminal: Terminal): void {
  program
    .command('send <type>')
    .description('publish an event')
    .option('--data <json>', 'its data, or a whole event; @file, or - for standard input', '{}')
    .option('--id <id>', 'its id: sent twice, it is one event')
    .option('--ordering-key <key>', 'ordered endpoints get what has the same one in order')
    .option('--channels <names>', 'of these', collected)
    .option('--nats [url]', 'over NATS instead of HTTP (NATS_URL, or that of npm start)')
    .option('--wait', 'show what becomes of it (on a terminal it is so); exit code 1 when it fails for good')
    .option('--no-wait', 'only publish it')
    .action(
      running<SendOptions>(terminal, async (context, [type = ''], options) => {
        // an id of our own where there is none: so that a repeated try makes no second event
        const id = options.id ?? `evt_${crypto.randomUUID().replaceAll('-', '')}`;
        const { orderingKey, channels } = options;
        const text = await readText(terminal, options.data, '--data');
        const body = eventBody({ type, id: ownId(text) ?? id, orderingKey, channels }, text);
        const eventId = options.nats
          ? await overNats(context, { type, body, id: ownId(text) ?? id, url: options.nats })
          : await overHttp(context, body);
        if (options.wait ?? (terminal.isTty && !context.json))
          await awaitDeliveries(context, eventId, () => matchesAny(context, body));
      }),
    );
}

/** By a dry run; where there are more endpoints than one page holds, some may. */
async function matchesAny(context: Context, body: string): Promise<boolean> {
  const { data, nextCursor } = await unwrap(
    context.client().POST('/v1/events/explain', {
      params: { query: { limit: 250 } },
      body: body as never,
      bodySerializer: (text: unknown) => text as string,
    }),
  );
  return nextCursor !== null || data.some(({ matches }) => matches);
}

/** A whole event may bring its id. */
function ownId(text: string): string | null {
  try {
    const { id, data } = JSON.parse(text) as { id?: unknown; data?: { object?: unknown } };
    return typeof id === 'string' && typeof data?.object === 'object' ? id : null;
  } catch {
    return null; // eventBody says what is wrong
  }
}

async function overHttp(context: Context, body: string): Promise<string> {
  const published: PublishedEvent = await unwrap(
    context
      .client()
      .POST('/v1/events', { body: body as never, bodySerializer: (text: unknown) => text as string }),
  );
  const again = published.duplicate ? '  (it was there already)' : '';
  await context.terminal.print(
    context.json ? jsonOf(published) : `${published.id}  ${published.type}  is on disk${again}`,
  );
  return published.id;
}

async function overNats(
  context: Context,
  event: { readonly type: string; readonly body: string; readonly id: string; readonly url: string | true },
): Promise<string> {
  // seldom needed: no other command should wait for the client of NATS to load
  const { publishOverNats } = await import('./publish-over-nats.js');
  const ack = await publishOverNats(context, event);
  const again = ack.duplicate ? '  (it was there already)' : '';
  await context.terminal.print(
    context.json
      ? jsonOf({ id: event.id, type: event.type, ...ack })
      : `${event.id}  ${event.type}  is on disk, as ${ack.sequence} of ${ack.stream}${again}`,
  );
  return event.id;
}
