import { configSubject, type PortalTokenFact } from '@postel/contracts';
import type { Broker, ConfigTables, ConfigWriter } from '@postel/jetstream';
import { Upkeep, type Logger } from '@postel/telemetry';

export interface ForgetParts {
  readonly broker: Broker;
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

const everyMs = 600_000;
/** The clocks of other services may be behind. */
const graceMs = 60_000;

/**
 * A revoked portal token is remembered until it would have ended anyway. A tombstone first, by which followers forget it,
 * then its subject goes; whoever missed the tombstone has forgotten it after its next start. Any number may run.
 */
export class ForgetPortalTokens {
  private readonly upkeep: Upkeep;

  constructor(private readonly parts: ForgetParts) {
    const { logger, nowMs } = parts;
    const trouble = 'revoked portal tokens are not forgotten for now';
    this.upkeep = new Upkeep({
      name: 'forget-portal-tokens',
      everyMs,
      trouble,
      logger,
      nowMs,
      work: async () => void (await this.forgetEnded()),
    });
  }

  start(): void {
    this.upkeep.start();
  }

  stop(): Promise<void> {
    return this.upkeep.stop();
  }

  /** @returns how many were forgotten */
  async forgetEnded(): Promise<number> {
    const { broker, nowMs, tables, writer } = this.parts;
    const about = { v: 1, actor: 'metrics', atMs: nowMs(), state: null } as const;
    const fact: PortalTokenFact = { ...about, fact: 'portal_token.forgotten' };
    let forgotten = 0;
    for (const { state, revision } of [...tables.table('portal-token').all()]) {
      if (state.expiresAtMs + graceMs > nowMs()) continue;
      const appended = await writer.append('portal-token', state.tenant, state.id, fact, revision);
      // refused: another process is at it
      if (!appended.ok) continue;
      await tables.reached(appended.seq);
      const filter = configSubject('portal-token', state.tenant, state.id);
      await broker.jsm.streams.purge('CONFIG', { filter });
      forgotten += 1;
    }
    return forgotten;
  }
}
