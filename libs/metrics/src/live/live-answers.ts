import { RefusalError } from '@postel/http-api';

export interface LiveAnswersOptions {
  /** In this process. */
  readonly maxAtOnce: number;
  readonly maxOfTenant: number;
  readonly keepAliveMs: number;
  /** Between two looks whether the credential is still good. */
  readonly checkAccessMs: number;
  /** A client that takes nothing for so long, while there is something for it, is let go: it may come back. */
  readonly patienceMs: number;
}

const defaults: LiveAnswersOptions = {
  maxAtOnce: 100,
  maxOfTenant: 10,
  keepAliveMs: 15_000,
  checkAccessMs: 1_000,
  patienceMs: 60_000,
};
const comeBackAfterSec = 5;

/** A place is one answer that goes on: a connection, a consumer of the broker and some messages of the log in memory. */
export interface LivePlace {
  /** At once when the process is stopping already. */
  onStop(end: () => void): void;
  leave(): void;
}

/** The live answers of this process. */
export class LiveAnswers {
  readonly options: LiveAnswersOptions;
  private readonly ends = new Set<() => void>();
  private readonly byTenant = new Map<string, number>();
  private running = 0;
  private isStopping = false;

  constructor(options: Partial<LiveAnswersOptions> = {}) {
    this.options = { ...defaults, ...options };
  }

  /** @throws {RefusalError} 429 when all places are taken */
  take(tenant: string): LivePlace {
    const { maxAtOnce, maxOfTenant } = this.options;
    const ofTenant = this.byTenant.get(tenant) ?? 0;
    if (ofTenant >= maxOfTenant) refuseFor(`There are ${maxOfTenant} live answers for this tenant already.`);
    if (this.running >= maxAtOnce) refuseFor('All places for live answers are taken.');
    this.running += 1;
    this.byTenant.set(tenant, ofTenant + 1);
    const place = new AbortController();
    return {
      onStop: (end) => {
        if (this.isStopping) return end();
        this.ends.add(end);
        place.signal.addEventListener('abort', () => this.ends.delete(end));
      },
      leave: () => {
        if (place.signal.aborted) return;
        place.abort();
        this.giveBack(tenant);
      },
    };
  }

  /** At the first signal to stop: clients come back to another process. One that still comes here is sent on its way. */
  endAll(): void {
    this.isStopping = true;
    for (const end of [...this.ends]) end();
  }

  private giveBack(tenant: string): void {
    this.running -= 1;
    const left = (this.byTenant.get(tenant) ?? 1) - 1;
    if (left === 0) this.byTenant.delete(tenant);
    else this.byTenant.set(tenant, left);
  }
}

function refuseFor(detail: string): never {
  throw new RefusalError({ code: 'too_many_requests', detail }, comeBackAfterSec);
}
