import { unwrap, type components, type PostelClient } from '@postel/client';
import type { Command } from 'commander';
import { addDo } from '../list/do-command.js';
import { group, wholeNumber } from '../read/options.js';
import { shownTime } from '../show/moments.js';
import type { Terminal } from '../terminal/terminal.js';

type CreatedPortalToken = components['schemas']['CreatedPortalToken'];
interface TokenOptions {
  readonly ttl?: number;
}
interface LinkOptions extends TokenOptions {
  readonly consoleUrl?: string;
}

export function addPortalTokens(program: Command, terminal: Terminal): void {
  const tokens = group(program, 'portal-tokens', 'for a tenant’s own people, for a day at most');
  addDo<CreatedPortalToken, TokenOptions>(tokens, terminal, {
    usage: 'create',
    description: 'create a portal token; it is shown here, and never again',
    options: withTtl,
    call: (client, _args, { ttl }) => createToken(client, ttl),
    done: ({ id, token, tenant, expiresAt }) =>
      `${token}\nIt is ${id}, of the tenant ${tenant}, and ends at ${shownTime(expiresAt, terminal.isTty)}.`,
  });
  addDo<object>(tokens, terminal, {
    usage: 'delete <id>',
    description: 'revoke a portal token',
    call: async (client, [id = '']) => {
      await unwrap(client.DELETE('/v1/portal-tokens/{id}', { params: { path: { id } } }));
      return { id };
    },
    done: (_answer, [id]) => `${id} is revoked.`,
  });
  addDo<CreatedPortalToken & { readonly url: string }, LinkOptions>(program, terminal, {
    usage: 'portal-link',
    description: 'a link with which a tenant’s own people see its endpoints in the console',
    options: (command) =>
      withTtl(command).option('--console-url <url>', 'where the console is (the API’s address)'),
    call: async (client, _args, { ttl, consoleUrl }, context) => {
      const created = await createToken(client, ttl);
      const base = (consoleUrl ?? context.connection().url).replace(/\/+$/, '');
      return { ...created, url: `${base}/#token=${created.token}` };
    },
    done: ({ url, expiresAt }) => `${url}\nGood until ${shownTime(expiresAt, terminal.isTty)}.`,
  });
}

function withTtl(command: Command): Command {
  return command.option('--ttl <seconds>', 'how long it is good (3600)', wholeNumber(1, 86_400));
}

function createToken(client: PostelClient, ttlSeconds = 3_600): Promise<CreatedPortalToken> {
  return unwrap(client.POST('/v1/portal-tokens', { body: { ttlSeconds } }));
}
