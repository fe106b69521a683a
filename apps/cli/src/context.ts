import { createClient, type PostelClient } from '@postel/client';
import type { Command } from 'commander';
import type { Connection, ConnectionOptions } from './connect/connection.js';
import { keptInstallation } from './connect/kept-installation.js';
import { profileFile, readProfiles } from './connect/profile-store.js';
import { resolveConnection } from './connect/resolve-connection.js';
import type { Terminal } from './terminal/terminal.js';

/** What every command takes. */
export interface GlobalOptions extends ConnectionOptions {
  readonly json?: boolean;
}

/** What a command is given when it runs. */
export interface Context {
  readonly terminal: Terminal;
  readonly globals: GlobalOptions;
  /** For scripts: JSON, and nothing else, on standard output. */
  readonly json: boolean;
  /** @throws {CommandFailure} when it is not known where to, or with what */
  connection(): Connection;
  client(options?: { readonly signal?: AbortSignal }): PostelClient;
}

export type Work<Options> = (context: Context, args: readonly string[], options: Options) => Promise<void>;

/** What commander calls: the words after the command, and its options, as one command knows them. */
export function running<Options>(terminal: Terminal, work: Work<Options>) {
  return async (...received: unknown[]): Promise<void> => {
    const command = received.at(-1) as Command;
    const args = command.args;
    await work(contextOf(terminal, command.optsWithGlobals()), args, command.opts() as Options);
  };
}

export function contextOf(terminal: Terminal, globals: GlobalOptions): Context {
  const connection = () => resolveConnection({ options: globals, env: terminal.env, ...storedIn(terminal) });
  return {
    terminal,
    globals,
    json: globals.json ?? false,
    connection,
    client: ({ signal } = {}) => {
      const { url, token, tenant } = connection();
      return createClient({
        url,
        token,
        ...(tenant === null ? {} : { tenant }),
        ...(signal === undefined ? {} : { signal }),
        // someone waits: a service that is being rolled is back by then
        retries: 2,
      });
    },
  };
}

function storedIn({ env, directory }: Terminal) {
  const { current, profiles } = readProfiles(profileFile(env));
  return { currentProfile: current, profiles, kept: keptInstallation(directory, env) };
}
