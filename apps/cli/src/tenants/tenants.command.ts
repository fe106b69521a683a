import { unwrap, type components } from '@postel/client';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { usageFailure } from '../fail/command-failure.js';
import { addDo } from '../list/do-command.js';
import { addGet } from '../list/get-command.js';
import { addList } from '../list/list-command.js';
import { given, group } from '../read/options.js';
import { readObject } from '../read/read-data.js';
import { shownTime } from '../show/moments.js';
import type { Terminal } from '../terminal/terminal.js';

type Tenant = components['schemas']['Tenant'];
type Job = components['schemas']['Job'];

interface TenantOptions {
  readonly description?: string;
  readonly strict?: boolean;
  readonly data?: string;
}

export function addTenants(program: Command, terminal: Terminal): void {
  const tenants = group(program, 'tenants', 'whose endpoints they are; with the admin token');
  addList<Tenant, object>(tenants, terminal, {
    description: 'tenants, newest first',
    columns: () => [
      { head: 'ID', of: ({ id }) => id },
      { head: 'DESCRIPTION', of: ({ description }) => description, flexible: true },
      { head: 'CREATED', of: ({ createdAt }) => shownTime(createdAt, terminal.isTty) },
    ],
    empty: 'No tenants.',
    read: (client, query) => unwrap(client.GET('/v1/tenants', { params: { query } })),
  });
  addGet(tenants, terminal, {
    description: 'one tenant',
    read: (client, id) => unwrap(client.GET('/v1/tenants/{id}', { params: { path: { id } } })),
  });
  addDo<Tenant, TenantOptions>(tenants, terminal, {
    usage: 'create <id>',
    description: 'create a tenant; its id is its name',
    options: withTenantOptions,
    call: async (client, [id = ''], options) =>
      unwrap(client.POST('/v1/tenants', { body: { id, ...(await tenantBody(terminal, options)) } as never })),
    done: ({ id }) => `${id} is there; a key for it: postel api-keys create NAME --tenant ${id}`,
  });
  addDo<Tenant, TenantOptions>(tenants, terminal, {
    usage: 'update <id>',
    description: 'change a tenant; what is left out stays',
    options: withTenantOptions,
    call: async (client, [id = ''], options) =>
      unwrap(
        client.PATCH('/v1/tenants/{id}', {
          params: { path: { id } },
          body: (await tenantBody(terminal, options)) as never,
        }),
      ),
    done: ({ id }) => `${id} is changed.`,
  });
  addDo<Job, { readonly yes?: boolean }>(tenants, terminal, {
    usage: 'delete <id>',
    description: 'delete a tenant at once, and erase all it had by a job',
    options: (command) => command.option('--yes', 'do not ask'),
    call: async (client, [id = ''], { yes }, context) => {
      if (!yes) await confirm(context, id);
      return unwrap(client.DELETE('/v1/tenants/{id}', { params: { path: { id } } }));
    },
    done: ({ id, tenant }) => `${tenant} is deleted; how far it is erased: postel jobs watch ${id}`,
  });
}

/** There is no way back: whoever means it types the name. */
async function confirm({ terminal }: Context, id: string): Promise<void> {
  if (!terminal.inputIsTty)
    throw usageFailure(`all of the tenant ${id} would be erased`, 'give --yes if that is meant');
  const typed = await terminal.ask(`All of ${id} will be erased, for good. Type its name: `);
  if (typed !== id) throw usageFailure('that is another name; nothing was deleted');
}

function withTenantOptions(command: Command): Command {
  return command
    .option('--description <text>')
    .option('--strict', 'events of types that the catalogue does not have are refused')
    .option('--no-strict', 'they are taken')
    .option('--data <json>', 'the body, or what there is no option for; @file or - for standard input');
}

async function tenantBody(terminal: Terminal, { description, strict, data }: TenantOptions): Promise<object> {
  const body = data === undefined ? {} : await readObject(terminal, data, '--data');
  return { ...body, ...given({ description, strictEventTypes: strict }) };
}
