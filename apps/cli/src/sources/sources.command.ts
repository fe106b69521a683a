import { unwrap, type components } from '@postel/client';
import type { Command } from 'commander';
import { addDo } from '../list/do-command.js';
import { addGet } from '../list/get-command.js';
import { addList } from '../list/list-command.js';
import { choice, given, group, repeated } from '../read/options.js';
import { readObject } from '../read/read-data.js';
import type { Terminal } from '../terminal/terminal.js';

type Source = components['schemas']['Source'];
type CreatedSource = components['schemas']['CreatedSource'];

interface SourceOptions {
  readonly provider?: string;
  readonly secret?: readonly string[];
  readonly description?: string;
  readonly status?: string;
  readonly data?: string;
}

const providers = ['standard-webhooks', 'postel', 'stripe', 'github', 'shopify', 'slack', 'hmac'];

export function addSources(program: Command, terminal: Terminal): void {
  const sources = group(program, 'sources', 'webhooks of others that come in');
  addList<Source, object>(sources, terminal, {
    description: 'sources, newest first, without their secrets',
    columns: () => [
      { head: 'ID', of: ({ id }) => id },
      { head: 'NAME', of: ({ name }) => name },
      { head: 'PROVIDER', of: ({ provider }) => provider },
      { head: 'STATUS', of: ({ status }) => status },
      { head: 'PATH', of: ({ url }) => url, flexible: true },
    ],
    empty: 'No sources.',
    read: (client, query) => unwrap(client.GET('/v1/sources', { params: { query } })),
  });
  addGet(sources, terminal, {
    description: 'one source',
    read: (client, id) => unwrap(client.GET('/v1/sources/{id}', { params: { path: { id } } })),
  });
  addDo<CreatedSource, SourceOptions>(sources, terminal, {
    usage: 'create <name>',
    description: 'create a source; a secret that is made is shown here, and never again',
    options: withSourceOptions,
    call: async (client, [name = ''], options) =>
      unwrap(client.POST('/v1/sources', { body: { name, ...(await bodyOf(terminal, options)) } as never })),
    done: ({ id, url, secret }) =>
      [`${id} takes webhooks at ${url}`, ...(secret === null ? [] : [`Its secret: ${secret}`])].join('\n'),
  });
  addDo<Source, SourceOptions>(sources, terminal, {
    usage: 'update <id>',
    description: 'change a source; what is left out stays, secrets are replaced as a whole',
    options: withSourceOptions,
    call: async (client, [id = ''], options) =>
      unwrap(
        client.PATCH('/v1/sources/{id}', {
          params: { path: { id } },
          body: (await bodyOf(terminal, options)) as never,
        }),
      ),
    done: ({ id }) => `${id} is changed.`,
  });
  addDo<object>(sources, terminal, {
    usage: 'delete <id>',
    description: 'delete a source and its secrets',
    call: async (client, [id = '']) => {
      await unwrap(client.DELETE('/v1/sources/{id}', { params: { path: { id } } }));
      return { id };
    },
    done: (_answer, [id]) => `${id} is deleted.`,
  });
}

function withSourceOptions(command: Command): Command {
  return command
    .addOption(choice('--provider <name>', 'whose webhooks they are', providers))
    .option('--secret <secret>', 'with which they are signed; repeatable', repeated)
    .option('--description <text>')
    .addOption(choice('--status <status>', 'whether it takes any', ['active', 'disabled']))
    .option('--data <json>', 'the body, or what there is no option for; @file or - for standard input');
}

async function bodyOf(terminal: Terminal, options: SourceOptions): Promise<object> {
  const { provider, secret, description, status, data } = options;
  const body = data === undefined ? {} : await readObject(terminal, data, '--data');
  return { ...body, ...given({ provider, secrets: secret, description, status }) };
}
