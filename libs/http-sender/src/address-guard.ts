import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

/** Judges addresses. `null`: may be dialled; otherwise what kind of address it is, for the message. */
export interface AddressGuard {
  judge(address: string): string | null;
  /** Whether it is inside a network that was opened, and not merely in the public internet. */
  opens(address: string): boolean;
  /** Whether something beside loopback is open, so that names of private networks make sense. */
  readonly opensPrivateNetworks: boolean;
}

/**
 * What is not global unicast, by IANA's special-purpose registries, in front of ipaddr.js' own table: an update of
 * either can only refuse more.
 */
const refusedIPv4 = networks({
  'an unspecified': ['0.0.0.0/8'],
  'a private': ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  'a carrier-grade NAT': ['100.64.0.0/10'],
  'a loopback': ['127.0.0.0/8'],
  'a link-local': ['169.254.0.0/16'],
  'a documentation': ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'],
  'a benchmarking': ['198.18.0.0/15'],
  'a multicast': ['224.0.0.0/4'],
  'a broadcast': ['255.255.255.255/32'],
  'a reserved': [
    '192.0.0.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.175.48.0/24',
    '240.0.0.0/4',
  ],
});

/** Inside 2000::/3; everything outside is refused anyway (loopback, NAT64, IPv4-compatible, fc00::/7, fe80::/10 …). */
const refusedIPv6 = networks({
  'a reserved': ['2001::/23', '2620:4f:8000::/48'],
  'a documentation': ['2001:db8::/32', '3fff::/20'],
  'a 6to4': ['2002::/16'],
});
const globalUnicastIPv6 = ipaddr.parseCIDR('2000::/3');

/**
 * Addresses on which clouds hand out credentials. They stay closed when a wide network around them is opened, and
 * want a /32 or /128 of their own. 168.63.129.16 (Azure) is in public space, so no table of ranges knows it.
 */
const metadataAddresses = [
  '169.254.169.254', // AWS, GCP, Azure, OpenStack, DigitalOcean, …
  '169.254.170.2', // AWS ECS
  '169.254.170.23', // AWS EKS
  '169.254.169.252', // GKE
  '169.254.0.23', // Tencent
  '169.254.42.42', // Scaleway
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure
  '192.0.0.192', // Oracle
  'fd00:ec2::254', // AWS
  'fd00:ec2::23', // AWS EKS
  'fd20:ce::254', // GCP
  'fd00:42::42', // Scaleway
  'fe80::a9fe:a9fe', // OpenStack, Hetzner
].flatMap((address) => [ipaddr.parse(address), ...behindNat64(address)]);

/** RFC 6052: whoever delivers through NAT64 opens this network, and a gateway there leads to all IPv4 addresses. */
function behindNat64(address: string): Address[] {
  return isIP(address) === 4 ? [ipaddr.parse(`64:ff9b::${address}`)] : [];
}

/**
 * @param allowCidrs networks opened beside global unicast, exactly as named; an address alone means that one host
 * @throws TypeError naming the entry that is no network
 */
export function createAddressGuard(allowCidrs: readonly string[]): AddressGuard {
  const allowed = allowCidrs.map(parseNetwork);
  return {
    judge: (text) => judge(text, allowed),
    opens: (text) => judge(text, allowed) === null && isInside(text, allowed),
    opensPrivateNetworks: allowed.some(([base]) => base.range() !== 'loopback'),
  };
}

function isInside(text: string, allowed: readonly Network[]): boolean {
  const address = ipaddr.process(canonical(text));
  return allowed.some((network) => contains(network, address));
}

function judge(text: string, allowed: readonly Network[]): string | null {
  if (isIP(text) === 0 || text.includes('%')) return 'an unknown';
  // An IPv4-mapped address is the IPv4 address: `process` unwraps it, and it is judged as such.
  const address = ipaddr.process(canonical(text));
  if (metadataAddresses.some((metadata) => same(metadata, address))) {
    return allowed.some((network) => isHost(network) && contains(network, address))
      ? null
      : 'a cloud metadata';
  }
  if (allowed.some((network) => contains(network, address))) return null;
  return refusal(address);
}

function refusal(address: Address): string | null {
  const table = address.kind() === 'ipv4' ? refusedIPv4 : refusedIPv6;
  const entry = table.find(({ network }) => contains(network, address));
  if (entry !== undefined) return entry.kind;
  if (address.kind() === 'ipv6' && !contains(globalUnicastIPv6, address)) return `a non-global`;
  return address.range() === 'unicast' ? null : 'a reserved';
}

function parseNetwork(text: string): Network {
  const trimmed = text.trim();
  const [host = ''] = trimmed.split('/');
  if (isIP(host) === 0 || !(trimmed === host || ipaddr.isValidCIDR(trimmed))) {
    throw new TypeError(`"${text}" is not a network such as 10.0.0.0/8 or fd00::/8`);
  }
  const address = ipaddr.parse(canonical(host));
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) {
    throw new TypeError(`"${text}" is IPv4 inside IPv6: name the IPv4 network`);
  }
  return [address, trimmed === host ? hostBits(address) : ipaddr.parseCIDR(trimmed)[1]];
}

/**
 * IPv6 without dotted decimals. ipaddr.js 2.5.0 takes `::8.8.8.8` for `::ffff:8.8.8.8`, the socket does not, and the
 * address that is judged must be the address that is dialled.
 */
function canonical(text: string): string {
  return isIP(text) === 6 ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}

function networks(table: Readonly<Record<string, readonly string[]>>): { kind: string; network: Network }[] {
  return Object.entries(table).flatMap(([kind, cidrs]) =>
    cidrs.map((cidr) => ({ kind, network: ipaddr.parseCIDR(cidr) })),
  );
}

function contains([base, bits]: Network, address: Address): boolean {
  return base.kind() === address.kind() && address.match(base, bits);
}

function isHost([base, bits]: Network): boolean {
  return bits === hostBits(base);
}

function hostBits(address: Address): number {
  return address.kind() === 'ipv4' ? 32 : 128;
}

function same(one: Address, other: Address): boolean {
  return one.kind() === other.kind() && one.toNormalizedString() === other.toNormalizedString();
}
