/** What V8's profiler writes: a tree of call frames, and which of them was running at each sample. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** From 0. */
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

export interface Share {
  readonly what: string;
  readonly micros: number;
}

export interface ProfileSummary {
  readonly busyMicros: number;
  readonly idleMicros: number;
  /** By where the running function is: a package, a file of ours, Node itself, the collector. */
  readonly byOrigin: readonly Share[];
  /** By the nearest package or file of ours up the stack: what Node did counts for whoever called it. */
  readonly byCaller: readonly Share[];
  readonly byFunction: readonly Share[];
}

/** Self time, idle time left out. */
export function summariseProfile({ nodes, samples, timeDeltas }: CpuProfile): ProfileSummary {
  const selfMicros = new Map<number, number>();
  samples.forEach((id, i) => selfMicros.set(id, (selfMicros.get(id) ?? 0) + (timeDeltas[i] ?? 0)));
  const parents = parentsOf(nodes);
  const shares = {
    byOrigin: new Map<string, number>(),
    byCaller: new Map<string, number>(),
    byFunction: new Map<string, number>(),
  };
  let busyMicros = 0;
  let idleMicros = 0;
  for (const node of nodes) {
    const micros = selfMicros.get(node.id) ?? 0;
    if (micros === 0) continue;
    if (node.callFrame.functionName === '(idle)') {
      idleMicros += micros;
      continue;
    }
    busyMicros += micros;
    add(shares.byOrigin, originOf(node), micros);
    add(shares.byCaller, callerOf(node, parents), micros);
    add(shares.byFunction, functionOf(node), micros);
  }
  return {
    busyMicros,
    idleMicros,
    byOrigin: sorted(shares.byOrigin),
    byCaller: sorted(shares.byCaller),
    byFunction: sorted(shares.byFunction),
  };
}

function parentsOf(nodes: readonly ProfileNode[]): Map<number, ProfileNode> {
  const parents = new Map<number, ProfileNode>();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  return parents;
}

/** `node:net`, `undici`, `@nats-io/nats-core`, `libs/deliverer/…/attempt-delivery.js`, `(garbage collector)`. */
export function originOf({ callFrame: { functionName, url } }: ProfileNode): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native';
  if (url.startsWith('node:')) return 'node';
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (installed !== undefined) return installed;
  return /\/((?:libs|apps|tools)\/.*)$/.exec(url)?.[1]?.replace('/dist/', '/') ?? url;
}

function callerOf(node: ProfileNode, parents: ReadonlyMap<number, ProfileNode>): string {
  for (let at: ProfileNode | undefined = node; at; at = parents.get(at.id)) {
    const origin = originOf(at);
    if (origin !== 'node' && origin !== 'native' && origin !== '(root)') return origin;
  }
  return originOf(node);
}

function functionOf(node: ProfileNode): string {
  const { functionName, url, lineNumber } = node.callFrame;
  const place = url.startsWith('node:')
    ? `${url}:${lineNumber + 1}`
    : url === ''
      ? ''
      : `${originOf(node)} ${url.slice(url.lastIndexOf('/') + 1)}:${lineNumber + 1}`;
  return `${functionName || '(anonymous)'} ${place}`.trim();
}

function add(shares: Map<string, number>, what: string, micros: number): void {
  shares.set(what, (shares.get(what) ?? 0) + micros);
}

function sorted(shares: ReadonlyMap<string, number>): Share[] {
  return [...shares].map(([what, micros]) => ({ what, micros })).sort((a, b) => b.micros - a.micros);
}
