import { unwrap, type components } from '@postel/client';
import type { Command } from 'commander';
import { addDo } from '../list/do-command.js';
import { addGet } from '../list/get-command.js';
import { addList } from '../list/list-command.js';
import { given, group } from '../read/options.js';
import { readObject } from '../read/read-data.js';
import type { Terminal } from '../terminal/terminal.js';

type EventType = components['schemas']['EventType'];

interface PutOptions {
  readonly description?: string;
  readonly schema?: string;
  readonly data?: string;
  readonly force?: boolean;
}

export function addEventTypes(program: Command, terminal: Terminal): void {
  const eventTypes = group(program, 'event-types', 'the catalogue');
  addList<EventType, object>(eventTypes, terminal, {
    description: 'every event type, newest first, the standard ones last',
    columns: () => [
      { head: 'NAME', of: ({ name }) => name },
      { head: 'SCHEMA', of: ({ schema }) => (schema ? 'yes' : 'no') },
      { head: 'VERSIONS', of: ({ versions }) => versions.map(({ name }) => name).join(','), flexible: true },
      { head: 'DESCRIPTION', of: ({ description }) => description, flexible: true },
    ],
    empty: 'No event types.',
    read: (client, query) => unwrap(client.GET('/v1/event-types', { params: { query } })),
  });
  addGet(eventTypes, terminal, {
    argument: '<name>',
    description: 'one event type: its schema, its examples, its payload versions',
    read: (client, name) => unwrap(client.GET('/v1/event-types/{name}', { params: { path: { name } } })),
  });
  addDo<EventType, PutOptions>(eventTypes, terminal, {
    usage: 'put <name>',
    description: 'declare an event type, or say anew what it is; what is left out is gone',
    options: (command) =>
      command
        .option('--description <text>')
        .option('--schema <json>', 'JSON Schema of data.object; @file or -')
        .option('--data <json>', 'the whole body; @file or - for standard input')
        .option('--force', 'take a schema that refuses what the last one accepted'),
    call: async (client, [name = ''], { description, schema, data, force }) => {
      const body = data === undefined ? {} : await readObject(terminal, data, '--data');
      const schemaOf = schema === undefined ? undefined : await readObject(terminal, schema, '--schema');
      return unwrap(
        client.PUT('/v1/event-types/{name}', {
          params: { path: { name }, query: { force: force ? 'true' : 'false' } },
          body: { ...body, ...given({ description, schema: schemaOf }) } as never,
        }),
      );
    },
    done: ({ name }) => `${name} is in the catalogue.`,
  });
  addDo<object>(eventTypes, terminal, {
    usage: 'delete <name>',
    description: 'take an event type out of the catalogue',
    call: async (client, [name = '']) => {
      await unwrap(client.DELETE('/v1/event-types/{name}', { params: { path: { name } } }));
      return { name };
    },
    done: (_answer, [name]) => `${name} is out of the catalogue.`,
  });
}
