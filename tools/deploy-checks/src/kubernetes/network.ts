import { BlockList, isIPv6 } from 'node:net';
import { selects, type KubernetesObject, type Labels, type LabelSelector } from './objects.js';

/** Who speaks or is spoken to: a pod of a namespace, or an address outside of the cluster. */
export type Party =
  | { readonly namespace: string; readonly namespaceLabels?: Labels; readonly labels: Labels }
  | { readonly address: string };

export interface Edge {
  readonly from: Party;
  readonly to: Party;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP';
}

interface IpBlock {
  readonly cidr: string;
  readonly except?: readonly string[];
}

interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: IpBlock;
}

interface OpenPort {
  readonly protocol?: string;
  readonly port?: number;
  readonly endPort?: number;
}

interface PolicySpec {
  readonly podSelector: LabelSelector;
  readonly policyTypes: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly { readonly from?: readonly Peer[]; readonly ports?: readonly OpenPort[] }[];
  readonly egress?: readonly { readonly to?: readonly Peer[]; readonly ports?: readonly OpenPort[] }[];
}

/** Whether the policies of the namespace let it through, at both of its ends, as the API defines them. */
export function isAllowed(objects: readonly KubernetesObject[], edge: Edge): boolean {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  return isOpen(policies, 'Egress', edge) && isOpen(policies, 'Ingress', edge);
}

function isOpen(policies: readonly KubernetesObject[], direction: 'Ingress' | 'Egress', edge: Edge): boolean {
  const [self, peer] = direction === 'Egress' ? [edge.from, edge.to] : [edge.to, edge.from];
  if ('address' in self) return true;
  const chosen = policies
    .filter(({ metadata }) => metadata.namespace === self.namespace)
    .map(({ metadata, spec }) => ({ namespace: metadata.namespace ?? '', spec: spec as PolicySpec }))
    .filter(({ spec }) => spec.policyTypes.includes(direction) && selects(spec.podSelector, self.labels));
  // whom no policy selects, is free
  return (
    chosen.length === 0 ||
    chosen.some(({ namespace, spec }) =>
      rulesOf(spec, direction).some(
        ({ peers, ports }) =>
          (!peers || peers.some((allowed) => isPeer(allowed, peer, namespace))) &&
          (!ports || ports.some((open) => isPort(open, edge))),
      ),
    )
  );
}

function rulesOf({ ingress = [], egress = [] }: PolicySpec, direction: 'Ingress' | 'Egress') {
  return direction === 'Ingress'
    ? ingress.map(({ from, ports }) => ({ peers: from, ports }))
    : egress.map(({ to, ports }) => ({ peers: to, ports }));
}

function isPeer(
  { ipBlock, podSelector, namespaceSelector }: Peer,
  party: Party,
  ownNamespace: string,
): boolean {
  if ('address' in party) return ipBlock !== undefined && isInBlock(ipBlock, party.address);
  if (ipBlock) return false;
  const namespaceLabels = { 'kubernetes.io/metadata.name': party.namespace, ...party.namespaceLabels };
  const isNamespace = namespaceSelector
    ? selects(namespaceSelector, namespaceLabels)
    : party.namespace === ownNamespace;
  return isNamespace && selects(podSelector ?? {}, party.labels);
}

function isInBlock({ cidr, except = [] }: IpBlock, address: string): boolean {
  return isIn(cidr, address) && !except.some((hole) => isIn(hole, address));
}

function isIn(cidr: string, address: string): boolean {
  const [network = '', bits] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  if (isIPv6(address) !== (family === 'ipv6')) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}

function isPort(open: OpenPort, { port, protocol = 'TCP' }: Edge): boolean {
  if ((open.protocol ?? 'TCP') !== protocol) return false;
  if (open.port === undefined) return true;
  return port >= open.port && port <= (open.endPort ?? open.port);
}
