import { createClient, unwrap } from '@postel/client';
import type { Command } from 'commander';
import { defaultUrl, type Profile } from '../connect/connection.js';
import { profileFile, readProfiles, writeProfiles } from '../connect/profile-store.js';
import { checkedToken, checkUrl, isInTheClear } from '../connect/resolve-connection.js';
import { running, type Context } from '../context.js';
import { usageFailure } from '../fail/command-failure.js';
import { readInput } from '../read/read-data.js';
import { shownTime } from '../show/moments.js';
import { jsonOf, showRecord } from '../show/show.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Session } from './session.js';

export function addLogin(program: Command, terminal: Terminal): void {
  program
    .command('login')
    .description('keep an address and a token for later commands')
    .option('--with-token', 'read the token from standard input')
    .action(running<{ readonly withToken?: boolean }>(terminal, login));
  program
    .command('whoami')
    .description('whose credential is used, and where')
    .action(running(terminal, whoami));
  program.command('logout').description('forget what login kept').action(running(terminal, logout));
}

async function login(
  context: Context,
  _args: readonly string[],
  options: { withToken?: boolean },
): Promise<void> {
  const { terminal, globals } = context;
  const url = (globals.url || terminal.env['POSTEL_URL'] || defaultUrl).replace(/\/+$/, '');
  checkUrl(url);
  if (isInTheClear(url)) terminal.warn(`${url} is not https: the token goes there in the clear.`);
  const token = await tokenOf(terminal, options.withToken ?? false);
  const profile: Profile = { url, token, tenant: globals.tenant ?? null };
  // asked before it is kept: a token that is not good is no profile
  const session = await unwrap(clientOf(profile).GET('/v1/session', {}));
  const file = profileFile(terminal.env);
  const stored = readProfiles(file);
  const name = globals.profile ?? stored.current;
  writeProfiles(file, { current: name, profiles: { ...stored.profiles, [name]: profile } });
  await terminal.print(
    context.json
      ? jsonOf({ ...session, url, profile: name })
      : `${sentence(session, url, terminal)} Kept in ${file}.`,
  );
}

async function tokenOf(terminal: Terminal, fromInput: boolean): Promise<string> {
  if (!fromInput && !terminal.inputIsTty) {
    throw usageFailure('there is no terminal to ask for a token', 'pipe it in, with --with-token');
  }
  const text = fromInput
    ? (await readInput(terminal)).toString('utf8')
    : await terminal.ask('Token (it is not shown): ', { secret: true });
  return checkedToken(text, 'that');
}

function clientOf({ url, token, tenant }: Profile) {
  return createClient({ url, token, retries: 1, ...(tenant === null ? {} : { tenant }) });
}

async function whoami(context: Context): Promise<void> {
  const { url, foundIn } = context.connection();
  const session = await unwrap(context.client().GET('/v1/session', {}));
  if (context.json) return showRecord(context, { ...session, url, foundIn });
  return context.terminal.print(`${sentence(session, url, context.terminal)} By ${foundIn}.`);
}

const kinds = { admin: 'the operator', 'api-key': 'an API key', portal: 'a portal token' } as const;

function sentence(
  { kind, tenant, credentialId, expiresAt, version }: Session,
  url: string,
  { isTty }: Terminal,
) {
  const id = credentialId === null ? '' : ` ${credentialId}`;
  const until = expiresAt === null ? '' : ` until ${shownTime(expiresAt, isTty)}`;
  return `You are ${kinds[kind]}${id}, for the tenant ${tenant}${until}, at ${url} (Postel ${version}).`;
}

async function logout(context: Context): Promise<void> {
  const { terminal, globals } = context;
  const file = profileFile(terminal.env);
  const stored = readProfiles(file);
  const name = globals.profile ?? stored.current;
  if (!Object.hasOwn(stored.profiles, name)) throw usageFailure(`there is no profile "${name}"`);
  const { [name]: _gone, ...profiles } = stored.profiles;
  const [next = 'default'] = Object.keys(profiles);
  writeProfiles(file, { current: name === stored.current ? next : stored.current, profiles });
  await terminal.print(`The profile "${name}" is forgotten. The token itself is as good as before.`);
}
