import { unwrap, type components } from '@postel/client';
import type { Command } from 'commander';
import { awaitDeliveries } from '../await-outcome/await-deliveries.js';
import { moments, withDeliveryFilters, type DeliveryOptions } from '../deliveries/deliveries.command.js';
import { deliveryColumns, type Delivery } from '../deliveries/delivery-view.js';
import { running } from '../context.js';
import { statsLines } from '../figures/stats-view.js';
import { addDo } from '../list/do-command.js';
import { addGet } from '../list/get-command.js';
import { addList } from '../list/list-command.js';
import { given, group, wholeNumber } from '../read/options.js';
import { shownTime } from '../show/moments.js';
import { jsonOf } from '../show/show.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Endpoint } from './endpoint.js';
import { addCreate, addUpdate } from './write-endpoint.js';

type EndpointChange = components['schemas']['EndpointChange'];
type RotatedSecret = components['schemas']['RotatedSecret'];

export function addEndpoints(program: Command, terminal: Terminal): void {
  const endpoints = group(program, 'endpoints', 'where events go');
  addList<Endpoint, object>(endpoints, terminal, {
    description: 'endpoints, newest first',
    columns: () => [
      { head: 'ID', of: ({ id }) => id },
      { head: 'STATUS', of: statusOf, style: endpointStyle },
      { head: 'EVENTS', of: ({ events }) => events.join(','), flexible: true },
      { head: 'URL', of: ({ url }) => url, flexible: true },
      { head: 'DESCRIPTION', of: ({ description }) => description, flexible: true },
    ],
    empty: 'No endpoints yet: `postel endpoints create URL --events "order.*"` makes one.',
    read: (client, query) => unwrap(client.GET('/v1/endpoints', { params: { query } })),
  });
  addGet(endpoints, terminal, {
    description: 'one endpoint',
    read: (client, id) => unwrap(client.GET('/v1/endpoints/{id}', { params: { path: { id } } })),
  });
  addCreate(endpoints, terminal);
  addUpdate(endpoints, terminal);
  addDo<{ readonly id?: string }>(endpoints, terminal, {
    usage: 'delete <id>',
    description: 'delete an endpoint; what still waits for it ends as a dead letter',
    call: async (client, [id = '']) => {
      await unwrap(client.DELETE('/v1/endpoints/{id}', { params: { path: { id } } }));
      return { id };
    },
    done: ({ id }) => `${id} is deleted.`,
  });
  addStatusVerbs(endpoints, terminal);
  addTest(endpoints, terminal);
  addSecrets(endpoints, terminal);
  addViews(endpoints, terminal);
}

const verbs = {
  enable: ['deliver again', 'is active'],
  pause: ['make deliveries and let them wait', 'is paused: what is for it waits'],
  disable: ['make no deliveries', 'is disabled: `postel recover` finds later what it missed'],
} as const;

function addStatusVerbs(endpoints: Command, terminal: Terminal): void {
  for (const verb of ['enable', 'pause', 'disable'] as const) {
    addDo<Endpoint>(endpoints, terminal, {
      usage: `${verb} <id>`,
      description: verbs[verb][0],
      call: (client, [id = '']) =>
        unwrap(client.POST(`/v1/endpoints/{id}/${verb}`, { params: { path: { id } } })),
      done: ({ id }) => `${id} ${verbs[verb][1]}.`,
    });
  }
}

function addTest(endpoints: Command, terminal: Terminal): void {
  endpoints
    .command('test <id>')
    .description('send a test event to this endpoint alone')
    .option('--type <type>', 'of which type (webhook.test)')
    .option('--wait', 'show what becomes of it (on a terminal it is so)')
    .option('--no-wait', 'only send it')
    .action(
      running<{ readonly type?: string; readonly wait?: boolean }>(
        terminal,
        async (context, [id = ''], { type, wait }) => {
          const client = context.client();
          const sent = await unwrap(
            client.POST('/v1/endpoints/{id}/test', {
              params: { path: { id } },
              body: given({ type }) as never,
            }),
          );
          await terminal.print(
            context.json ? jsonOf(sent) : `${sent.eventId} is on its way, as ${sent.deliveryId}`,
          );
          if (wait ?? (terminal.isTty && !context.json))
            await awaitDeliveries(context, sent.eventId, () => Promise.resolve(true));
        },
      ),
    );
}

function addSecrets(endpoints: Command, terminal: Terminal): void {
  addDo<{ readonly secret: string }>(endpoints, terminal, {
    usage: 'secret <id>',
    description: 'the current secret; that it was read is in the history',
    call: (client, [id = '']) =>
      unwrap(client.GET('/v1/endpoints/{id}/secret', { params: { path: { id } } })),
    done: ({ secret }) => secret,
  });
  addDo<RotatedSecret, { readonly grace?: number; readonly secret?: string }>(endpoints, terminal, {
    usage: 'rotate-secret <id>',
    description: 'a new secret; the one until now signs beside it for a while',
    options: (command) =>
      command
        .option('--grace <seconds>', 'how long both sign (86400)', wholeNumber(0, 31_536_000))
        .option('--secret <secret>', 'this one (whsec_…), instead of one that is made'),
    call: (client, [id = ''], { grace, secret }) =>
      unwrap(
        client.POST('/v1/endpoints/{id}/rotate-secret', {
          params: { path: { id } },
          body: given({ secret, graceSeconds: grace }) as never,
        }),
      ),
    done: ({ secret, previousExpiresAt }) =>
      `${secret}\nThe one before signs too until ${shownTime(previousExpiresAt, terminal.isTty)}.`,
  });
}

function addViews(endpoints: Command, terminal: Terminal): void {
  addList<EndpointChange, object>(endpoints, terminal, {
    name: 'history <id>',
    description: 'every change with who and when, newest first; after a deletion too',
    columns: () => [
      { head: 'AT', of: ({ at }) => shownTime(at, terminal.isTty) },
      { head: 'WHAT', of: ({ fact }) => fact },
      { head: 'WHO', of: ({ actor }) => actor },
      { head: 'CHANGES', of: ({ changes }) => changesOf(changes), flexible: true },
    ],
    empty: 'No changes.',
    read: (client, query, { args: [id = ''] }) =>
      unwrap(client.GET('/v1/endpoints/{id}/history', { params: { path: { id }, query } })),
  });
  addList<Delivery, DeliveryOptions>(endpoints, terminal, {
    name: 'deliveries <id>',
    description: 'the delivery log of an endpoint, newest first',
    options: withDeliveryFilters,
    columns: deliveryColumns,
    empty: 'No deliveries.',
    read: (client, page, { args: [id = ''], options }) =>
      unwrap(
        client.GET('/v1/endpoints/{id}/deliveries', {
          params: {
            path: { id },
            query: {
              ...page,
              ...given({ status: options.status, type: options.type, eventId: options.event }),
              ...moments(options, terminal.nowMs()),
            },
          },
        }),
      ),
  });
  addGet(endpoints, terminal, {
    name: 'stats',
    description: 'figures of an endpoint, of the last hour',
    read: (client, id) => unwrap(client.GET('/v1/endpoints/{id}/stats', { params: { path: { id } } })),
    show: (context, stats) => context.terminal.print(statsLines(stats, context.terminal.paint).join('\n')),
  });
}

function statusOf({ status, disabledReason, circuit }: Endpoint): string {
  if (disabledReason) return `${status} (${disabledReason})`;
  return circuit.state === 'closed' ? status : `${status} (circuit ${circuit.state})`;
}

function endpointStyle({ status, circuit }: Endpoint) {
  if (status === 'disabled') return 'red';
  return status === 'paused' || circuit.state !== 'closed' ? 'yellow' : 'green';
}

function changesOf(changes: EndpointChange['changes']): string {
  return Object.entries(changes)
    .map(([field, { before, after }]) => `${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`)
    .join('; ');
}
