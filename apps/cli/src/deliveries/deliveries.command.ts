import { unwrap, type PostelClient } from '@postel/client';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { addDo } from '../list/do-command.js';
import { addGet } from '../list/get-command.js';
import { addList } from '../list/list-command.js';
import { choice, given, group } from '../read/options.js';
import { parseMoment } from '../read/parse-moment.js';
import { recordLines } from '../show/record.js';
import { tableLines } from '../show/table.js';
import type { Terminal } from '../terminal/terminal.js';
import {
  attemptColumns,
  deliveryColumns,
  deliveryStatuses,
  type Attempt,
  type Delivery,
} from './delivery-view.js';

export interface DeliveryOptions {
  readonly status?: Delivery['status'];
  readonly endpoint?: string;
  readonly event?: string;
  readonly type?: string;
  readonly since?: string;
  readonly until?: string;
}

export function addDeliveries(program: Command, terminal: Terminal): void {
  const deliveries = group(program, 'deliveries', 'what became of events, endpoint by endpoint');
  addList<Delivery, DeliveryOptions>(deliveries, terminal, {
    description: 'deliveries, newest first',
    options: withDeliveryFilters,
    columns: deliveryColumns,
    empty: 'No deliveries yet: `postel send TYPE --data JSON` publishes an event.',
    read: (client, page, { options, context }) =>
      unwrap(
        client.GET('/v1/deliveries', {
          params: { query: { ...page, ...deliveryFilters(options, context.terminal.nowMs()) } },
        }),
      ),
  });
  addGet(deliveries, terminal, {
    description: 'one delivery, and every attempt of it',
    read: readDelivery,
    show: showWithAttempts,
  });
  addList<Attempt, object>(deliveries, terminal, {
    name: 'attempts <id>',
    description: 'every attempt of a delivery, first to last; with --json: headers and bodies too',
    columns: attemptColumns,
    empty: 'No attempt yet.',
    read: (client, page, { args: [id = ''] }) => readAttempts(client, id, page),
  });
  addRetry(deliveries, terminal);
  addRetry(program, terminal);
}

function addRetry(parent: Command, terminal: Terminal): void {
  addDo<Delivery>(parent, terminal, {
    usage: 'retry <delivery>',
    description: 'deliver once more, now',
    call: (client, [id = '']) =>
      unwrap(client.POST('/v1/deliveries/{id}/retry', { params: { path: { id } } })),
    done: ({ id }) => `${id} is delivered again; \`postel deliveries get ${id}\` shows what comes of it`,
  });
}

export function withDeliveryFilters(command: Command): Command {
  return withEventFilters(command)
    .addOption(choice('--status <status>', 'only those', deliveryStatuses))
    .option('--endpoint <id>', 'only of this endpoint')
    .option('--event <id>', 'only of this event');
}

/** What many lists can be filtered by. */
export function withEventFilters(command: Command): Command {
  return command
    .option('--type <type>', 'only of this event type')
    .option('--since <time>', 'from then on: 2h, 7d, or a date')
    .option('--until <time>', 'before then');
}

export function deliveryFilters(options: DeliveryOptions, nowMs: number) {
  const { status, endpoint, event, type } = options;
  return given({ status, endpointId: endpoint, eventId: event, type, ...moments(options, nowMs) });
}

export function moments(
  { since, until }: { readonly since?: string; readonly until?: string },
  nowMs: number,
) {
  return given({
    since: since === undefined ? undefined : parseMoment(since, nowMs),
    until: until === undefined ? undefined : parseMoment(until, nowMs),
  });
}

export function readDelivery(client: PostelClient, id: string): Promise<Delivery> {
  return unwrap(client.GET('/v1/deliveries/{id}', { params: { path: { id } } }));
}

function readAttempts(client: PostelClient, id: string, query: { limit: number; cursor?: string }) {
  return unwrap(client.GET('/v1/deliveries/{id}/attempts', { params: { path: { id }, query } }));
}

async function showWithAttempts(context: Context, delivery: Delivery, client: PostelClient): Promise<void> {
  const { terminal } = context;
  await terminal.print(recordLines(delivery, terminal.paint).join('\n'));
  const { data: attempts } = await readAttempts(client, delivery.id, { limit: 250 });
  if (attempts.length > 0) {
    const layout = { columns: terminal.columns, paint: terminal.paint, head: true };
    await terminal.print(`\n${tableLines(attempts, attemptColumns(context), layout).join('\n')}`);
  }
  if (delivery.status === 'dead') terminal.warn(`\`postel retry ${delivery.id}\` delivers it once more.`);
}
