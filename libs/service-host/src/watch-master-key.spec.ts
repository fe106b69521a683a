import { describe, expect, it } from '@jest/globals';
import type { EndpointSecrets, SealedSecret } from '@postel/contracts';
import { StartFault } from '@postel/process';
import { LocalKeyWrapper, sealSecret } from '@postel/signing';
import { createMeters } from '@postel/telemetry';
import { WatchMasterKey } from './watch-master-key.js';

const [one, other] = [1, 2].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer];

async function under(key: Buffer): Promise<SealedSecret> {
  const owner = { tenant: 'default', endpointId: 'ep' };
  return { ...(await sealSecret('whsec_x', new LocalKeyWrapper(key), owner)), expiresAtMs: null };
}

function watchOf(keyWrapper: LocalKeyWrapper, sealed: readonly SealedSecret[]) {
  const lines: unknown[] = [];
  const logger = { error: (line: unknown) => void lines.push(line) };
  const meters = createMeters({ processMetrics: false });
  const entries = sealed.map((secret) => {
    const state: EndpointSecrets = { secrets: [secret], keyPairs: [], headers: null };
    return { state, revision: 1, tenant: 'default', endpointId: 'ep' };
  });
  const tables = { allSecrets: () => entries.values() };
  return { watch: new WatchMasterKey({ tables, keyWrapper, logger, meters }), lines, meters };
}

describe('a master key that is not the one of the others', () => {
  it('is refused where it opens nothing, with the names of both and neither itself', async () => {
    const { watch } = watchOf(new LocalKeyWrapper(other), [await under(one), await under(one)]);
    const refused = catching(() => watch.refuseOther());
    expect(refused).toBeInstanceOf(StartFault);
    const { keyId } = new LocalKeyWrapper(one);
    const mine = new LocalKeyWrapper(other).keyId;
    expect((refused as StartFault).lines).toEqual([
      `POSTEL_ENCRYPTION_KEY: opens none of the secrets of 2 endpoints and sources: it is the key ${mine}, and they are under ${keyId}; give that one, or as POSTEL_ENCRYPTION_KEY_PREVIOUS`,
    ]);
  });

  it('is told of once, and counted, where it opens some', async () => {
    const { watch, lines, meters } = watchOf(new LocalKeyWrapper(one), [
      await under(one),
      await under(other),
    ]);
    expect(catching(() => watch.refuseOther())).toBeNull();
    watch.start();
    watch.stop();
    const missing = [new LocalKeyWrapper(other).keyId];
    expect(lines).toMatchObject([{ foreign: 1, total: 2, missing }]);
    expect((await meters.secretsUnderOtherKeys.get()).values).toMatchObject([{ value: 1 }]);
  });

  it('is one while keys are changed, and where there is nothing yet', async () => {
    const both = new LocalKeyWrapper(other, one);
    for (const sealed of [[await under(one)], [await under(other)], []])
      expect(catching(() => watchOf(both, sealed).watch.refuseOther())).toBeNull();
  });
});

function catching(work: () => void): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
