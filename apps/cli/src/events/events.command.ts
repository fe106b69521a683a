import { unwrap, type components } from '@postel/client';
import type { Command } from 'commander';
import { moments, withEventFilters } from '../deliveries/deliveries.command.js';
import { deliveryColumns, type Delivery } from '../deliveries/delivery-view.js';
import { addDo } from '../list/do-command.js';
import { addGet } from '../list/get-command.js';
import { addList } from '../list/list-command.js';
import { given, group } from '../read/options.js';
import { localTime } from '../show/moments.js';
import type { Terminal } from '../terminal/terminal.js';

type Event = components['schemas']['Event'];
type Replayed = components['schemas']['Replayed'];

interface EventOptions {
  readonly type?: string;
  readonly since?: string;
  readonly until?: string;
}

export function addEvents(program: Command, terminal: Terminal): void {
  const events = group(program, 'events', 'what was published');
  addList<Event, EventOptions>(events, terminal, {
    description: 'events, newest first',
    options: withEventFilters,
    columns: () => [
      { head: 'ID', of: ({ id }) => id },
      { head: 'TYPE', of: ({ type }) => type },
      { head: 'CREATED', of: ({ created }) => createdTime(created, terminal.isTty) },
      { head: 'DATA', of: dataOf, flexible: true },
    ],
    empty: 'No events yet: `postel send TYPE --data JSON` publishes one.',
    read: (client, page, { options }) =>
      unwrap(
        client.GET('/v1/events', {
          params: {
            query: { ...page, ...given({ type: options.type }), ...moments(options, terminal.nowMs()) },
          },
        }),
      ),
  });
  addGet(events, terminal, {
    description: 'one event',
    read: (client, id) => unwrap(client.GET('/v1/events/{id}', { params: { path: { id } } })),
  });
  addList<Delivery, object>(events, terminal, {
    name: 'deliveries <id>',
    description: 'what became of an event, endpoint by endpoint',
    columns: deliveryColumns,
    empty: 'It reached no endpoint: `postel explain TYPE --data JSON` says why.',
    read: (client, query, { args: [id = ''] }) =>
      unwrap(client.GET('/v1/events/{id}/deliveries', { params: { path: { id }, query } })),
  });
  addDo(events, terminal, {
    usage: 'erase <id>',
    description: 'erase the payload of an event wherever it is; what is under way of it ends',
    call: (client, [id = '']) => unwrap(client.DELETE('/v1/events/{id}', { params: { path: { id } } })),
    done: (_answer, [id]) => `The payload of ${id} is erased.`,
  });
  addReplay(program, terminal);
}

function addReplay(program: Command, terminal: Terminal): void {
  addDo<Replayed, { readonly endpoint?: string }>(program, terminal, {
    usage: 'replay <event>',
    description: 'deliver an event again, to one endpoint or to all that match now, as new deliveries',
    options: (command) => command.option('--endpoint <id>', 'to this one alone, whatever its filters say'),
    call: (client, [id = ''], { endpoint }) =>
      unwrap(
        client.POST('/v1/events/{id}/replay', {
          params: { path: { id } },
          body: given({ endpointId: endpoint }),
        }),
      ),
    done: ({ eventId, deliveries }) =>
      [
        `${eventId} is delivered again, to ${deliveries.length} endpoint${deliveries.length === 1 ? '' : 's'}`,
        ...deliveries.map(({ id, endpointId }) => `${id}  ${endpointId}`),
      ].join('\n'),
  });
}

function dataOf({ data, erased, expired }: Event): string {
  if (erased) return '(erased)';
  return expired ? '(past its retention)' : JSON.stringify(data);
}

function createdTime(unixSec: number, isTty: boolean): string {
  const at = new Date(unixSec * 1_000);
  return isTty ? localTime(at) : at.toISOString();
}
