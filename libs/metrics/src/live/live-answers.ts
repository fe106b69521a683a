import { TenantPlaces } from '../tenant-places/tenant-places.js';

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

/** A place is one answer that goes on: a connection, a consumer of the broker and some messages of the log in memory. */
export interface LivePlace {
  /** At once when the process is stopping already. */
  onStop(end: () => void): void;
  leave(): void;
}

/** The live answers of this process. */
export class LiveAnswers {
  readonly options: LiveAnswersOptions;
  private readonly places: TenantPlaces;
  private readonly ends = new Set<() => void>();
  private isStopping = false;

  constructor(options: Partial<LiveAnswersOptions> = {}) {
    this.options = { ...defaults, ...options };
    this.places = new TenantPlaces(this.options, 'live answers');
  }

  /** @throws {RefusalError} 429 when all places are taken */
  take(tenant: string): LivePlace {
    const leave = this.places.take(tenant);
    const place = new AbortController();
    return {
      onStop: (end) => {
        if (this.isStopping) return end();
        this.ends.add(end);
        place.signal.addEventListener('abort', () => this.ends.delete(end));
      },
      leave: () => {
        place.abort();
        leave();
      },
    };
  }

  /** At the first signal to stop: clients come back to another process. One that still comes here is sent on its way. */
  endAll(): void {
    this.isStopping = true;
    for (const end of [...this.ends]) end();
  }
}
