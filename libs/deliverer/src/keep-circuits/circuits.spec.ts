import { expect, it } from '@jest/globals';
import type { CircuitFact } from '@postel/contracts';
import type { ConfigTables } from '@postel/jetstream';
import { createLogger } from '@postel/telemetry';
import { waitUntil } from '@postel/testing';
import { Circuits, type LetThrough } from './circuits.js';

const place = { tenant: 'default', endpointId: 'ep_1' };

it('goes by the tables once its partition comes back, whatever a late attempt of before said', async () => {
  const owned = new Set([0]);
  const stored: CircuitFact[] = [];
  const circuits = new Circuits({
    // whoever owns it meanwhile has closed it again
    tables: {
      onEndpointChange: () => undefined,
      endpoint: () => ({}),
      circuitOf: () => null,
    } as unknown as ConfigTables,
    writer: { replaceCircuit: (_tenant, _endpointId, fact) => Promise.resolve(stored.push(fact)) },
    policy: { failures: 1, overMs: 0, forgetAfterMs: 60_000, openMs: 5_000, maxOpenMs: 5_000 },
    partitions: 1,
    owned,
    isOpenElsewhere: () => false,
    logger: createLogger('test', 'silent'),
  });
  const through = circuits.letThrough('ep_1', false, 1_000) as LetThrough;
  owned.clear();
  circuits.forget(0);
  circuits.conclude(place, through, 'failure', 2_000);
  await waitUntil(() => stored.length === 1);
  owned.add(0);
  expect(circuits.letThrough('ep_1', false, 3_000)?.passage).toBe('pass');
});
