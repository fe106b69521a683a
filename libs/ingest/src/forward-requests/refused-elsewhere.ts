import { principalOf, type Directory } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import type { IngestParts } from '../parts.js';

export interface RefusedElsewhereParts extends Pick<IngestParts, 'logger' | 'nowMs'> {
  readonly directory: Pick<Directory, 'catchUp'>;
}

/** What comes again after so long without counts as new. */
const quietForMs = 600_000;

/**
 * Requests that were authenticated here, and are refused by the service that they are passed on to: it has another
 * POSTEL_ADMIN_TOKEN or POSTEL_JWT_SECRET, or has not heard of a key, as with another NATS. Their callers can do nothing about that.
 */
export class RefusedElsewhere {
  /** By service and kind of credential. */
  private readonly lastAtMs = new Map<string, number>();

  constructor(private readonly parts: RefusedElsewhereParts) {}

  /**
   * Whether an answer is no fault of the caller's. To the other service we are one client, and as such may have had too
   * many credentials refused (429). What was revoked meanwhile stays refused.
   * @param status of the answer of that service
   */
  async isOurFault(request: FastifyRequest, service: string, status: number): Promise<boolean> {
    const { directory, logger, nowMs } = this.parts;
    if (status !== 401 && status !== 429) return false;
    const { kind: caller } = principalOf(request);
    const what = `${service} ${caller}`;
    const quietMs = nowMs() - (this.lastAtMs.get(what) ?? -Infinity);
    if (status === 429) return quietMs < quietForMs;
    await directory.catchUp();
    if (!(await request.isStillGood())) return false;
    this.lastAtMs.set(what, nowMs());
    if (quietMs >= quietForMs)
      logger.error(
        { upstream: service, caller },
        'a service refuses who is known here: POSTEL_ADMIN_TOKEN, POSTEL_JWT_SECRET and the cluster of NATS_URL must be the same in both',
      );
    return true;
  }
}
