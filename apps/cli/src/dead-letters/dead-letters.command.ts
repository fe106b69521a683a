import { unwrap, type components, type operations } from '@postel/client';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { lastAnswer, statusStyle } from '../deliveries/delivery-view.js';
import { moments, withEventFilters } from '../deliveries/deliveries.command.js';
import { usageFailure } from '../fail/command-failure.js';
import { addDo } from '../list/do-command.js';
import { addGet } from '../list/get-command.js';
import { addList } from '../list/list-command.js';
import { choice, given, group } from '../read/options.js';
import { shownTime } from '../show/moments.js';
import type { Column } from '../show/table.js';
import type { Terminal } from '../terminal/terminal.js';

type DeadLetter = components['schemas']['DeadLetter'];
type Redriven = components['schemas']['Redriven'];
type Purged = components['schemas']['Purged'];
type Filters = NonNullable<operations['getDeadLetters']['parameters']['query']>;

type Reason = NonNullable<Filters['reason']>;

/** All of them, which the compiler checks. */
const isReason: Record<Reason, true> = {
  exhausted: true,
  non_retryable: true,
  gone: true,
  expired: true,
  endpoint_disabled: true,
  endpoint_deleted: true,
  invalid_event: true,
  poison: true,
  event_erased: true,
};
const reasons = Object.keys(isReason) as Reason[];

interface DeadLetterOptions {
  readonly reason?: NonNullable<Filters['reason']>;
  readonly endpoint?: string;
  readonly event?: string;
  readonly type?: string;
  readonly since?: string;
  readonly until?: string;
}

interface RedriveOptions extends DeadLetterOptions {
  readonly all?: boolean;
}

export function addDeadLetters(program: Command, terminal: Terminal): void {
  const deadLetters = group(program, 'dead-letters', 'what ended without success');
  addList<DeadLetter, DeadLetterOptions>(deadLetters, terminal, {
    description: 'dead letters, newest first',
    options: withFilters,
    columns,
    empty: 'No dead letters.',
    read: (client, page, { options, context }) =>
      unwrap(
        client.GET('/v1/dead-letters', {
          params: { query: { ...page, ...filtersOf(options, context) } },
        }),
      ),
  });
  addGet(deadLetters, terminal, {
    description: 'one dead letter',
    read: (client, id) => unwrap(client.GET('/v1/dead-letters/{id}', { params: { path: { id } } })),
  });
  addDo<Purged | object, RedriveOptions>(deadLetters, terminal, {
    usage: 'delete [id]',
    description: 'delete one, or those that fit; their deliveries are discarded',
    options: withAll,
    call: async (client, [id], options, context) => {
      if (id !== undefined) {
        await unwrap(client.DELETE('/v1/dead-letters/{id}', { params: { path: { id } } }));
        return { discarded: 1, complete: true };
      }
      const query = chosen(options, context);
      const all = options.all ? ({ all: 'true' } as const) : {};
      return unwrap(client.DELETE('/v1/dead-letters', { params: { query: { ...query, ...all } } }));
    },
    done: (answer) => purgedLine(answer as Purged),
  });
  addRedrive(deadLetters, terminal);
  addRedrive(program, terminal);
}

function addRedrive(parent: Command, terminal: Terminal): void {
  addDo<Redriven, RedriveOptions>(parent, terminal, {
    usage: 'redrive [id]',
    description: 'reopen the delivery of a dead letter, or of all that fit',
    options: withAll,
    call: (client, [id], options, context) =>
      id === undefined
        ? unwrap(client.POST('/v1/dead-letters/redrive', { body: chosen(options, context) }))
        : unwrap(client.POST('/v1/dead-letters/{id}/redrive', { params: { path: { id } } })),
    done: redrivenLine,
  });
}

function redrivenLine({ redriven, jobId }: Redriven): string {
  const done = redriven === 1 ? 'One delivery is reopened' : `${redriven} deliveries are reopened`;
  return jobId === null ? `${done}.` : `${done}; the others are by a job: postel jobs watch ${jobId}`;
}

function purgedLine({ discarded, complete }: Purged): string {
  return `${discarded} deleted${complete ? '.' : '; there are more, run it again.'}`;
}

/** Everything at once is never meant by leaving something out. */
function chosen(options: RedriveOptions, context: Context) {
  const filters = filtersOf(options, context);
  if (Object.keys(filters).length > 0 || options.all) return filters;
  throw usageFailure('which ones?', 'give an id, a filter such as --endpoint, or --all');
}

function withAll(command: Command): Command {
  return withFilters(command).option('--all', 'every one of the tenant');
}

function withFilters(command: Command): Command {
  return withEventFilters(command)
    .addOption(choice('--reason <reason>', 'only of this reason', reasons))
    .option('--endpoint <id>', 'only of this endpoint')
    .option('--event <id>', 'only of this event');
}

function filtersOf(options: DeadLetterOptions, { terminal }: Context) {
  const { reason, endpoint, event, type } = options;
  return given({ reason, endpointId: endpoint, eventId: event, type, ...moments(options, terminal.nowMs()) });
}

function columns({ terminal }: Context): readonly Column<DeadLetter>[] {
  return [
    { head: 'ID', of: ({ id }) => id },
    { head: 'REASON', of: ({ reason }) => reason, style: () => statusStyle('dead') },
    { head: 'ENDPOINT', of: ({ endpointId }) => endpointId ?? '–' },
    { head: 'EVENT', of: ({ eventId }) => eventId },
    { head: 'TRIES', of: ({ attempts }) => String(attempts) },
    { head: 'LAST', of: lastAnswer, flexible: true },
    { head: 'CREATED', of: ({ createdAt }) => shownTime(createdAt, terminal.isTty) },
  ];
}
