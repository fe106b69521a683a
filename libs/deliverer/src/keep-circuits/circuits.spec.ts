import { describe, expect, it } from '@jest/globals';
import type { CircuitFact } from '@postel/contracts';
import type { ConfigTables } from '@postel/jetstream';
import { createLogger } from '@postel/telemetry';
import { waitUntil } from '@postel/testing';
import { Circuits, type LetThrough } from './circuits.js';

const place = { tenant: 'default', endpointId: 'ep_1' };
const policy = { failures: 1, overMs: 0, forgetAfterMs: 60_000, openMs: 5_000, maxOpenMs: 5_000 };

/** The tables show nothing that it stores. */
function circuitsWith(
  replaceCircuit: (endpointId: string, fact: CircuitFact) => Promise<unknown>,
  owned: ReadonlySet<number> = new Set([0]),
): Circuits {
  return new Circuits({
    tables: {
      onEndpointChange: () => undefined,
      endpoint: () => ({}),
      circuitOf: () => null,
      openCircuitIds: () => [].values(),
    } as unknown as ConfigTables,
    writer: { replaceCircuit: (_tenant, endpointId, fact) => replaceCircuit(endpointId, fact) },
    policy,
    partitions: 1,
    owned,
    isOpenElsewhere: () => false,
    logger: createLogger('test', 'silent'),
  });
}

function fail(circuits: Circuits, endpointId: string, nowMs: number): void {
  const through = circuits.letThrough(endpointId, true, nowMs) as LetThrough;
  circuits.conclude({ ...place, endpointId }, through, 'failure', nowMs);
}

describe('circuits', () => {
  it('go by the tables once a partition comes back, whatever a late attempt of before said', async () => {
    const owned = new Set([0]);
    const stored: CircuitFact[] = [];
    // whoever owns it meanwhile has closed it again
    const circuits = circuitsWith((_id, fact) => Promise.resolve(stored.push(fact)), owned);
    const through = circuits.letThrough('ep_1', false, 1_000) as LetThrough;
    owned.clear();
    circuits.forget(0);
    circuits.conclude(place, through, 'failure', 2_000);
    await waitUntil(() => stored.length === 1);
    owned.add(0);
    expect(circuits.letThrough('ep_1', false, 3_000)?.passage).toBe('pass');
  });

  it('let nothing be brought back as soon as they are open, however long it takes to store that', () => {
    const circuits = circuitsWith(() => new Promise(() => undefined));
    fail(circuits, 'ep_1', 1_000);
    fail(circuits, 'ep_2', 4_000);
    expect([...circuits.rooms(6_500)]).toEqual([
      ['ep_1', 1],
      ['ep_2', 0],
    ]);
  });

  it('are stored side by side, and those of one endpoint in their order', async () => {
    const stored: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const circuits = circuitsWith((endpointId, { fact }) => {
      stored.push(`${endpointId} ${fact}`);
      return held;
    });
    fail(circuits, 'ep_1', 1_000);
    fail(circuits, 'ep_2', 1_000);
    fail(circuits, 'ep_3', 1_000);
    circuits.conclude(place, { passage: 'forced', atMs: 2_000 }, 'success', 2_000);
    await waitUntil(() => stored.includes('ep_3 circuit.opened'), { timeoutMs: 2_000 });
    expect(stored).not.toContain('ep_1 circuit.closed');
    release();
    await waitUntil(() => stored.includes('ep_1 circuit.closed'));
    expect(stored.filter((told) => told.startsWith('ep_1')).at(-1)).toBe('ep_1 circuit.closed');
  });
});
