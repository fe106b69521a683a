import type { EndpointAnswer, OpenCircuit } from '@postel/contracts';

/** As the API shows it. @param circuit `null`: closed */
export function shownCircuit(circuit: OpenCircuit | null, nowMs: number): EndpointAnswer['circuit'] {
  if (!circuit) return { state: 'closed', openedAt: null, nextProbeAt: null };
  return {
    state: circuit.probeAtMs <= nowMs ? 'half_open' : 'open',
    openedAt: new Date(circuit.openedAtMs).toISOString(),
    nextProbeAt: new Date(circuit.probeAtMs).toISOString(),
  };
}
