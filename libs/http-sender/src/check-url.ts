import { isIP } from 'node:net';
import { createAddressGuard, type AddressGuard } from './address-guard.js';
import { isBlockedPort, isInternalServicePort } from './blocked-ports.js';
import { createSystemResolver, isLocalhost, type ResolveName } from './resolve-name.js';

export type UrlCheck =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly code: 'invalid_url' | 'url_not_allowed'; readonly message: string };

export interface UrlRules {
  readonly allowHttp: boolean;
  readonly allowCidrs: readonly string[];
}

export interface UrlPolicy {
  readonly allowHttp: boolean;
  readonly guard: AddressGuard;
}

/** Names that mean something only inside a network (RFC 6762 with its appendix G, ICANN's .internal, RFC 8375, Kubernetes). */
const internalSuffixes = [
  '.local',
  '.localdomain',
  '.internal',
  '.intranet',
  '.private',
  '.corp',
  '.home',
  '.home.arpa',
  '.lan',
  '.svc',
];
/**
 * Names under which clouds hand out credentials. Their addresses are refused anyway, but behind a proxy we may not see
 * them; so the names stay refused where the names of private networks are welcome.
 */
const metadataNames: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
  'metadata.platformequinix.com',
  'metadata.packet.net',
  'api.metadata.cloud.ibm.com',
  'instance-data',
  'instance-data.ec2.internal',
  'rancher-metadata',
]);

/**
 * Judges a receiver's URL by its text: for the moment an endpoint is created or changed. Names are looked at, not
 * looked up; every attempt judges the addresses anew.
 * @throws TypeError when `allowCidrs` holds something that is no network
 */
export function checkUrl(text: string, rules: UrlRules): UrlCheck {
  return judgeUrl(text, { allowHttp: rules.allowHttp, guard: createAddressGuard(rules.allowCidrs) });
}

/**
 * {@link checkUrl}, and a look-up. A name that does not resolve now is no reason to refuse: DNS entries often follow.
 * @param rules.timeoutMs how long to wait for the look-up (2000)
 */
export async function checkUrlResolves(
  text: string,
  rules: UrlRules & { readonly resolve?: ResolveName; readonly timeoutMs?: number },
): Promise<UrlCheck> {
  const guard = createAddressGuard(rules.allowCidrs);
  const check = judgeUrl(text, { allowHttp: rules.allowHttp, guard });
  if (!check.ok) return check;
  const name = bareHostname(check.url);
  if (isIP(name) !== 0 || isLocalhost(name)) return check;
  const addresses = await resolveWithin(name, rules.timeoutMs ?? 2_000, rules.resolve);
  if (addresses.length === 0) return check;
  const refusal = judgeAddresses({ hostname: name, port: portOf(check.url) }, addresses, guard);
  return refusal === null ? check : refuse(refusal);
}

/**
 * What speaks against delivering to the host at these addresses, or `null`. A single refused address refuses them all.
 * Without addresses (a proxy knows them) a port of internal services is refused, since nothing says that it is open.
 */
export function judgeAddresses(
  { hostname, port }: { readonly hostname: string; readonly port: number },
  addresses: readonly string[],
  guard: AddressGuard,
): string | null {
  const kind = addresses.map((address) => guard.judge(address)).find((verdict) => verdict !== null);
  if (kind !== undefined) return resolvesToRefused(hostname, kind);
  const open = addresses.length > 0 && addresses.every((address) => guard.opens(address));
  return isInternalServicePort(port) && !open ? portRefused(port) : null;
}

/** Without the address: what an internal name stands for is nobody's business outside. */
function resolvesToRefused(name: string, kind: string): string {
  return `${name} resolves to ${kind} address, which is not delivered to`;
}

function portRefused(port: number): string {
  return `port ${port} is not delivered to`;
}

export function judgeUrl(text: string, policy: UrlPolicy): UrlCheck {
  // the parser would pass over line breaks, and escape the others
  if (/[\u0000-\u001f\u007f]/.test(text)) return invalid('a control character in the URL');
  if (!URL.canParse(text)) return invalid('not an absolute URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return invalid('only https and http are delivered to');
  if (url.hostname === '') return invalid('the URL has no host');
  if (url.username !== '' || url.password !== '')
    return invalid('no user name or password may stand in the URL');
  if (url.protocol === 'http:' && !policy.allowHttp) return refuse('plain http is not allowed, use https');
  const port = portOf(url);
  if (isBlockedPort(port)) return refuse(portRefused(port));
  const name = bareHostname(url);
  // `a..b` or `localhost..`: no name in DNS, and not what the rules about names take it for.
  if (name.split('.').includes('')) return invalid('the host has an empty label');
  const refusal = judgeHost(name, policy.guard);
  if (refusal !== null) return refusal;
  if (isInternalServicePort(port) && !mayBeOpen(name, policy.guard)) return refuse(portRefused(port));
  return { ok: true, url };
}

/** Of a name only its addresses can tell; they are judged before each connection. */
function mayBeOpen(name: string, guard: AddressGuard): boolean {
  if (isIP(name) !== 0) return guard.opens(name);
  return isLocalhost(name) || guard.opensPrivateNetworks;
}

function judgeHost(name: string, guard: AddressGuard): UrlCheck | null {
  if (isIP(name) !== 0) {
    const kind = guard.judge(name);
    return kind === null ? null : refuse(`${name} is ${kind} address, which is not delivered to`);
  }
  if (isLocalhost(name)) {
    return openLoopback(guard).length > 0 ? null : refuse(`${name} is not delivered to`);
  }
  if (metadataNames.has(name)) return refuse(`${name} is not delivered to`);
  const internal = !name.includes('.') || internalSuffixes.some((suffix) => name.endsWith(suffix));
  // Where a private network has been opened its names are welcome; their addresses are judged all the same.
  return internal && !guard.opensPrivateNetworks ? refuse(`${name} is a name of a private network`) : null;
}

/** `localhost` is never looked up (RFC 6761): it is what is open of loopback. */
export function openLoopback(guard: AddressGuard): string[] {
  return ['127.0.0.1', '::1'].filter((address) => guard.judge(address) === null);
}

/** The host as DNS, TLS and sockets want it: without the brackets of IPv6 and the root's dot. */
export function bareHostname(url: URL): string {
  const name = url.hostname;
  if (name.startsWith('[')) return name.slice(1, -1);
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

async function resolveWithin(
  name: string,
  timeoutMs: number,
  resolve?: ResolveName,
): Promise<readonly string[]> {
  const system = resolve === undefined ? createSystemResolver() : undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((done) => {
    timer = setTimeout(() => done([]), timeoutMs);
  });
  const lookUp = resolve ?? ((wanted: string) => system?.resolve(wanted) ?? Promise.resolve([]));
  try {
    return await Promise.race([lookUp(name).catch(() => []), late]);
  } finally {
    clearTimeout(timer);
    system?.close();
  }
}

function invalid(message: string): UrlCheck {
  return { ok: false, code: 'invalid_url', message };
}

function refuse(message: string): UrlCheck {
  return { ok: false, code: 'url_not_allowed', message };
}
