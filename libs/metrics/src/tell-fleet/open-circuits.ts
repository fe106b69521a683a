import type { FleetAnswer } from '@postel/contracts';
import type { ConfigTables } from '@postel/jetstream';

export interface OpenCircuits {
  readonly count: number;
  /** Opened last first. */
  readonly newest: FleetAnswer['openCircuits'];
}

const shownCircuits = 100;

/** Of endpoints that there are: a circuit may be told of after its endpoint was deleted. */
export function openCircuitsOf(
  tables: Pick<ConfigTables, 'openCircuitIds' | 'circuitOf' | 'endpoint'>,
): OpenCircuits {
  const open = [...tables.openCircuitIds()].flatMap((endpointId) => {
    const circuit = tables.circuitOf(endpointId);
    const endpoint = tables.endpoint(endpointId)?.state;
    return circuit && endpoint ? [{ circuit, endpoint }] : [];
  });
  const newest = open
    .sort((a, b) => b.circuit.openedAtMs - a.circuit.openedAtMs)
    .slice(0, shownCircuits)
    .map(({ circuit, endpoint }) => ({
      tenant: endpoint.tenant,
      endpointId: endpoint.id,
      url: endpoint.url,
      since: new Date(circuit.openedAtMs).toISOString(),
      nextProbeAt: new Date(circuit.probeAtMs).toISOString(),
    }));
  return { count: open.length, newest };
}
