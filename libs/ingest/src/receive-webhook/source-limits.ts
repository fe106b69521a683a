import type { SourceState } from '@postel/contracts';
import { RateWindow } from '@postel/domain';
import { networkOf, RefusalError, TokenBuckets } from '@postel/http-api';

/** Of requests with a bad signature from one network. */
const failures = { perSecond: 10, burst: 100 };

/** How often one may send, in this process. @throws {RefusalError} 429, with when to come back */
export class SourceLimits {
  /** By the state itself: a source that was changed begins anew, and one that was deleted is forgotten. */
  private readonly windows = new WeakMap<SourceState, RateWindow>();
  private readonly failures = new TokenBuckets(failures);

  /** A request that was signed: what anyone else sends does not use up what the provider may. */
  countSigned(source: SourceState, nowMs: number): void {
    if (!source.rateLimit) return;
    const window = this.windows.get(source) ?? new RateWindow(source.rateLimit);
    this.windows.set(source, window);
    if (window.free(nowMs) > 0) return window.take(nowMs);
    refuseFor(window.whenFree(1, nowMs) - nowMs, 'This source sends too often.');
  }

  /** One that was not. A good one passes all the same: providers send for many from one network. */
  countUnsigned(address: string, nowMs: number): void {
    const waitMs = this.failures.take(networkOf(address), nowMs);
    if (waitMs > 0) refuseFor(waitMs, 'Too many bad signatures from this address.');
  }
}

function refuseFor(waitMs: number, detail: string): never {
  throw new RefusalError({ code: 'too_many_requests', detail }, Math.max(1, Math.ceil(waitMs / 1_000)));
}
