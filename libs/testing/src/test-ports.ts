import { freePorts, quietPorts, type PortRange } from '@postel/embedded-servers';

/** With more workers than that, two share a range, as all would without. */
const ranges = 8;

/**
 * Free ports that no other worker of this Jest takes: not before what they are for listens there, nor while that is
 * away to be restarted.
 */
export function testPorts(count: number): Promise<number[]> {
  return freePorts(count, rangeOf(Number(process.env['JEST_WORKER_ID'] ?? 1)));
}

export function rangeOf(worker: number): PortRange {
  const [from, to] = quietPorts;
  const size = Math.floor((to - from) / ranges);
  const first = from + ((worker - 1) % ranges) * size;
  return [first, first + size];
}
