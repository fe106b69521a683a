import type { EndpointState } from '@postel/contracts';

export type FirstWait = 'ordering' | 'paused' | 'circuit_open';

/** Why a new delivery is not attempted at once; `null`: it is. A numbered one waits for its turn whatever else is so. */
export function firstWaitOf(
  endpoint: Pick<EndpointState, 'ordering' | 'status'>,
  orderingKey: string | undefined,
  hasOpenCircuit: boolean,
): FirstWait | null {
  if (endpoint.ordering === 'key' && orderingKey !== undefined) return 'ordering';
  if (endpoint.status === 'paused') return 'paused';
  return hasOpenCircuit ? 'circuit_open' : null;
}
