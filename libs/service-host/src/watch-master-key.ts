import type { EndpointSecrets } from '@postel/contracts';
import type { ConfigTables } from '@postel/jetstream';
import { StartFault } from '@postel/process';
import type { KeyWrapper } from '@postel/signing';
import type { Logger, Meters } from '@postel/telemetry';

const lookEveryMs = 30_000;

interface WatchParts {
  readonly tables: Pick<ConfigTables, 'allSecrets'>;
  readonly keyWrapper: Pick<KeyWrapper, 'keyId' | 'mayUnwrap'>;
  readonly logger: Pick<Logger, 'error'>;
  readonly meters: Meters;
}

/** What there is of secrets, by whether a master key that is given here wrapped it. */
interface Look {
  readonly total: number;
  readonly foreign: number;
  /** Names of the master keys that are missing here. */
  readonly missing: readonly string[];
}

/**
 * Whether POSTEL_ENCRYPTION_KEY is the key that the others of the fleet have: a service with another one opens nothing,
 * and what it seals nobody opens. Endpoints and sources are counted, one that has anything under another key as foreign.
 */
export class WatchMasterKey {
  private timer: NodeJS.Timeout | undefined;
  private told = '';

  constructor(private readonly parts: WatchParts) {}

  /** @throws {StartFault} where nothing at all would open: every delivery would be given up */
  refuseOther(): void {
    const { foreign, missing, total } = this.look();
    if (foreign === 0 || foreign < total) return;
    throw new StartFault([
      `POSTEL_ENCRYPTION_KEY: opens none of the secrets of ${total} endpoints and sources: it is the key ${this.parts.keyWrapper.keyId}, and they are under ${missing.join(', ')}; give that one, or as POSTEL_ENCRYPTION_KEY_PREVIOUS`,
    ]);
  }

  /** Tells what it finds, and every half minute what has changed. */
  start(): void {
    this.tell();
    this.timer = setInterval(() => this.tell(), lookEveryMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tell(): void {
    const { keyWrapper, logger, meters } = this.parts;
    const { foreign, missing, total } = this.look();
    meters.secretsUnderOtherKeys.set(foreign);
    const now = missing.join();
    if (now !== this.told && foreign > 0)
      logger.error(
        { foreign, total, keyId: keyWrapper.keyId, missing },
        'secrets are under another master key than POSTEL_ENCRYPTION_KEY and cannot be opened here',
      );
    this.told = now;
  }

  private look(): Look {
    const missing = new Set<string>();
    let [total, foreign] = [0, 0];
    for (const { state } of this.parts.tables.allSecrets()) {
      const keyIds = keyIdsOf(state);
      const others = keyIds.filter((keyId) => !this.parts.keyWrapper.mayUnwrap(keyId));
      if (keyIds.length > 0) total += 1;
      if (others.length > 0) foreign += 1;
      for (const keyId of others) missing.add(keyId);
    }
    return { total, foreign, missing: [...missing].sort() };
  }
}

/** Of what signs and is sent now; what was sealed before keys had names is not among them. */
function keyIdsOf({ headers, keyPairs, secrets }: EndpointSecrets): readonly string[] {
  const current = [secrets[0], keyPairs[0], headers].map((sealed) => sealed?.keyId);
  return current.filter((keyId) => keyId !== undefined);
}
