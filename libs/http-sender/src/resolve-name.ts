import type { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { LookUpPace } from './look-up-pace.js';
import { NameServers } from './name-servers.js';

/** All addresses of a name, IPv4 and IPv6. Rejects, or gives none, when there are none. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

export interface SystemResolver {
  readonly resolve: ResolveName;
  /** Gives up what is still being asked. */
  close(): void;
}

/** How long IPv4 addresses wait for the IPv6 ones. Not the other way round: most hosts cannot dial IPv6. */
const IPV6_LATER_MS = 100;

export interface SystemResolverOptions {
  readonly hostsPath?: string;
  /** Instead of those of /etc/resolv.conf, which may change: `address` or `address:port`. */
  readonly servers?: () => readonly string[];
}

/**
 * Asks the name servers of /etc/resolv.conf, after /etc/hosts.
 *
 * Not `dns.lookup`: that is getaddrinfo on one of libuv's four threads, and four receivers whose name server never
 * answers would stop the look-ups of all others, and file access too. Search domains are not applied.
 */
export function createSystemResolver(options: SystemResolverOptions = {}): SystemResolver {
  const nameServers = new NameServers(options.servers);
  const pace = new LookUpPace();
  const hosts = readHosts(options.hostsPath ?? '/etc/hosts');
  const running = new Map<string, Promise<readonly string[]>>();
  const resolve: ResolveName = (name) => {
    const known = hosts.get(name);
    if (known !== undefined) return Promise.resolve(known);
    const shared = running.get(name);
    if (shared !== undefined) return shared;
    const lookUp = () => nameServers.ask((resolver) => ask(resolver, name));
    const answer = pace.run(lookUp).finally(() => running.delete(name));
    running.set(name, answer);
    return answer;
  };
  const close = (): void => {
    pace.close();
    nameServers.close();
  };
  return { resolve, close };
}

export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

async function ask(resolver: Resolver, name: string): Promise<readonly string[]> {
  const ipv4 = resolver.resolve4(name);
  const ipv6 = resolver.resolve6(name);
  const both = Promise.allSettled([ipv4, ipv6]);
  const [four, six] = await Promise.race([both, ipv4AndNotMuchLater(ipv4)]);
  const addresses = [four, six].flatMap((result) => (result?.status === 'fulfilled' ? result.value : []));
  if (addresses.length === 0 && four?.status === 'rejected') throw four.reason;
  return addresses;
}

function ipv4AndNotMuchLater(ipv4: Promise<string[]>): Promise<PromiseSettledResult<string[]>[]> {
  return new Promise((resolve) => {
    ipv4.then(
      (value) => setTimeout(resolve, IPV6_LATER_MS, [{ status: 'fulfilled', value }]).unref(),
      () => undefined, // Then the IPv6 answer decides.
    );
  });
}

function readHosts(path: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of readLines(path)) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address === undefined) continue;
    for (const name of names)
      hosts.set(name.toLowerCase(), [...(hosts.get(name.toLowerCase()) ?? []), address]);
  }
  return hosts;
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    // Not every system has one (distroless images, Windows); then the name servers alone know.
    return [];
  }
}
