import { afterAll, expect, it } from '@jest/globals';
import { configFilter, type PortalTokenFact } from '@postel/contracts';
import { ConfigTables, ConfigWriter, connectBroker, ensureTopology } from '@postel/jetstream';
import { createLogger } from '@postel/telemetry';
import { expectNoLeaks, startTestNats } from '@postel/testing';
import { ForgetPortalTokens } from './forget-portal-tokens.js';

afterAll(expectNoLeaks);

it('forgets a revoked token once it would have ended, in memory and in the stream, and no sooner', async () => {
  const nats = await startTestNats();
  const broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  const writer = new ConfigWriter(broker);
  const tables = new ConfigTables(broker);
  await tables.start();
  try {
    for (const [id, expiresAtMs] of [
      ['pt_ended', 1_000],
      ['pt_valid', 500_000],
    ] as const) {
      const state = { id, tenant: 'acme', expiresAtMs };
      const fact: PortalTokenFact = { v: 1, fact: 'portal_token.revoked', actor: 'admin', atMs: 1, state };
      const appended = await writer.append('portal-token', 'acme', id, fact, 0);
      await tables.reached(appended.ok ? appended.seq : Infinity);
    }
    let nowMs = 60_999;
    const logger = createLogger('test', 'silent');
    const forget = new ForgetPortalTokens({ broker, tables, writer, logger, nowMs: () => nowMs });
    expect(await forget.forgetEnded()).toBe(0);
    nowMs = 61_000;
    expect(await forget.forgetEnded()).toBe(1);
    expect(tables.table('portal-token').get('acme', 'pt_ended')).toBeUndefined();
    expect(tables.table('portal-token').get('acme', 'pt_valid')).toBeDefined();
    const { state } = await broker.jsm.streams.info('CONFIG', {
      subjects_filter: configFilter('portal-token'),
    });
    expect(Object.keys(state.subjects ?? {})).toEqual(['postel.config.portal-token.acme.pt_valid']);
  } finally {
    await tables.stop();
    await broker.close();
    await nats.stop();
  }
});
