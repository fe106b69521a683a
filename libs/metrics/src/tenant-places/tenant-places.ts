import { RefusalError } from '@postel/http-api';

export interface TenantPlacesOptions {
  /** In this process. */
  readonly maxAtOnce: number;
  readonly maxOfTenant: number;
}

const comeBackAfterSec = 5;

/** For answers that last: so many in all, and so many of them for one tenant. */
export class TenantPlaces {
  private readonly byTenant = new Map<string, number>();
  private running = 0;

  /** @param what they are, in the plural, for who is refused */
  constructor(
    private readonly options: TenantPlacesOptions,
    private readonly what: string,
  ) {}

  /**
   * @returns gives the place back; more than once is once
   * @throws {RefusalError} 429 when all places are taken
   */
  take(tenant: string): () => void {
    const { maxAtOnce, maxOfTenant } = this.options;
    const ofTenant = this.byTenant.get(tenant) ?? 0;
    if (ofTenant >= maxOfTenant) refuseFor(`There are ${maxOfTenant} ${this.what} for this tenant already.`);
    if (this.running >= maxAtOnce) refuseFor(`All places for ${this.what} are taken.`);
    this.running += 1;
    this.byTenant.set(tenant, ofTenant + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.giveBack(tenant);
    };
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
