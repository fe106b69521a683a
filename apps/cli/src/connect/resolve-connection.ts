import { CommandFailure, exitCodes, usageFailure } from '../fail/command-failure.js';
import { defaultUrl, type Connection, type ConnectionSources } from './connection.js';

interface Credential {
  readonly url: string;
  readonly token: string;
  readonly tenant: string | null;
  readonly foundIn: string;
}

/**
 * Options come before the environment, that before what `postel login` stored, and that before what `npm start` keeps in
 * this directory. A token that was stored goes to the address it was stored with, and nowhere else: an address from the
 * environment of some project must not get it.
 * @throws {CommandFailure}
 */
export function resolveConnection(sources: ConnectionSources): Connection {
  const { token, ...connection } = found(sources);
  if (connection.tenant !== null && !isPrintable(connection.tenant)) {
    throw usageFailure(`${JSON.stringify(connection.tenant)} is no tenant`);
  }
  return { ...connection, token: checkedToken(token, `what ${connection.foundIn} holds`) };
}

/**
 * A token without what may stand around it, such as the end of a line.
 * @param what holds it: the token itself is not shown
 * @throws {CommandFailure} for what no header can carry
 */
export function checkedToken(text: string, what: string): string {
  const token = text.trim();
  if (!isPrintable(token)) throw usageFailure(`${what} is no token: printable ASCII without spaces`);
  return token;
}

function isPrintable(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function found(sources: ConnectionSources): Connection {
  const { options, env } = sources;
  // whoever names a profile means it, whatever the environment says
  const fromEnv = options.profile === undefined ? env : {};
  const url = options.url || fromEnv['POSTEL_URL'] || null;
  const token = options.token || fromEnv['POSTEL_TOKEN'] || null;
  const tenant = options.tenant || fromEnv['POSTEL_TENANT'] || null;
  if (url !== null) checkUrl(url);
  const stored = storedCredential(sources);
  if (token !== null) {
    const foundIn = options.token ? '--token' : 'POSTEL_TOKEN';
    return { url: trimmed(url ?? stored?.url ?? defaultUrl), token, tenant, foundIn };
  }
  if (!stored) {
    throw new CommandFailure('no token is known', exitCodes.usage, 'run `postel login`, or set POSTEL_TOKEN');
  }
  if (url !== null && !sameOrigin(url, stored.url)) {
    throw usageFailure(
      `the token of ${stored.foundIn} is for ${stored.url}, and is not sent to ${url}`,
      'give --token or POSTEL_TOKEN too, or `postel login --url` there',
    );
  }
  return { ...stored, url: trimmed(url ?? stored.url), tenant: tenant ?? stored.tenant };
}

function storedCredential({ options, profiles, currentProfile, kept }: ConnectionSources): Credential | null {
  const name = options.profile ?? currentProfile;
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile) return { ...profile, foundIn: `the profile "${name}"` };
  if (options.profile !== undefined) {
    throw usageFailure(
      `there is no profile "${options.profile}"`,
      `\`postel login --profile ${options.profile}\``,
    );
  }
  if (!kept) return null;
  return { url: kept.url, token: kept.adminToken, tenant: null, foundIn: kept.directory };
}

/** @throws {CommandFailure} for what is no address of an API */
export function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw usageFailure(`"${url}" is no address of an API`, `such as ${defaultUrl}`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw usageFailure('the address must not hold a user or a password', 'the token is the credential');
  }
}

function sameOrigin(a: string, b: string): boolean {
  return new URL(a).origin === new URL(b).origin;
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

/** Whether a token would be read on its way. */
export function isInTheClear(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
