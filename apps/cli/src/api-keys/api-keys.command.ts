import { unwrap, type components } from '@postel/client';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { addDo } from '../list/do-command.js';
import { addList } from '../list/list-command.js';
import { group } from '../read/options.js';
import { shownTime } from '../show/moments.js';
import type { Terminal } from '../terminal/terminal.js';

type ApiKey = components['schemas']['ApiKey'];
type CreatedApiKey = components['schemas']['CreatedApiKey'];

export function addApiKeys(program: Command, terminal: Terminal): void {
  const keys = group(program, 'api-keys', 'keys of a tenant (--tenant); with the admin token');
  addList<ApiKey, object>(keys, terminal, {
    description: 'API keys, newest first, without the keys themselves',
    columns: () => [
      { head: 'ID', of: ({ id }) => id },
      { head: 'NAME', of: ({ name }) => name, flexible: true },
      { head: 'BEGINS', of: ({ prefix }) => prefix },
      { head: 'LAST USED', of: ({ lastUsedAt }) => shownTime(lastUsedAt, terminal.isTty) },
      { head: 'CREATED', of: ({ createdAt }) => shownTime(createdAt, terminal.isTty) },
    ],
    empty: 'No keys.',
    read: (client, query, { context }) =>
      unwrap(client.GET('/v1/tenants/{id}/api-keys', { params: { path: { id: tenantOf(context) }, query } })),
  });
  addDo<CreatedApiKey>(keys, terminal, {
    usage: 'create <name>',
    description: 'create an API key; it is shown here, and never again',
    call: (client, [name = ''], _options, context) =>
      unwrap(
        client.POST('/v1/tenants/{id}/api-keys', {
          params: { path: { id: tenantOf(context) } },
          body: { name },
        }),
      ),
    done: ({ id, key, tenant }) => `${key}\nIt is ${id}, of the tenant ${tenant}, and is not shown again.`,
  });
  addDo<object>(keys, terminal, {
    usage: 'delete <id>',
    description: 'revoke an API key',
    call: async (client, [keyId = ''], _options, context) => {
      const path = { id: tenantOf(context), keyId };
      await unwrap(client.DELETE('/v1/tenants/{id}/api-keys/{keyId}', { params: { path } }));
      return { id: keyId };
    },
    done: (_answer, [id]) => `${id} is revoked.`,
  });
}

function tenantOf(context: Context): string {
  return context.connection().tenant ?? 'default';
}
