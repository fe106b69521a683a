import { defaultTenant } from '@postel/contracts';
import { readMessage } from '@postel/jetstream';
import type { LostEvent } from '@postel/postgres';
import { archivedIdOf, tenantNamedBy } from '../archive-events/archived-event.js';
import type { CountParts } from './conservation-count.js';

/** Looked at one by one in a round, and named; of more, only how many there are is known. */
const namedAtMost = 1_000;
/** Between the broker's clock and ours. */
const clockSkewMs = 5_000;

export interface Lost {
  readonly named: readonly LostEvent[];
  /** By tenant, the named ones too. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Tells what is really lost of what the log does not tell of: the log of tenants that are deleted is erased on purpose. */
export class LostEvents {
  constructor(
    private readonly parts: CountParts,
    private readonly sinceMs: number,
  ) {}

  async among(positions: readonly { readonly seq: number; readonly tenant: string }[]): Promise<Lost> {
    const named: LostEvent[] = [];
    const counts = new Map<string, number>();
    if (positions.length > 0) await this.parts.tables.catchUp();
    const add = (tenant: string) => counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
    for (const [index, { seq, tenant }] of positions.entries()) {
      if (this.parts.tables.deletedTenants.has(tenant)) continue;
      const event = index < namedAtMost ? await this.describe(seq, tenant) : null;
      if (index < namedAtMost && !event) continue;
      if (event) named.push(event);
      add(event?.tenant ?? tenant);
    }
    return { named, counts };
  }

  /** @returns `null` for one that nobody misses */
  private async describe(seq: number, tenant: string): Promise<LostEvent | null> {
    const { broker, tables, tenantExists } = this.parts;
    const stored = await readMessage(broker, 'EVENTS', seq);
    if (!stored) return { seq, tenant, eventId: null, type: '' };
    const { headers, storedAtMs, subject } = stored;
    const named = tenantNamedBy(headers);
    // of a tenant that is gone, or was, and has given its name to another
    const bornAtMs = tables.table('tenant').get(named, named)?.state.createdAtMs ?? 0;
    if (tables.deletedTenants.has(named) || storedAtMs + clockSkewMs < bornAtMs) return null;
    if (storedAtMs < this.sinceMs) return null;
    const eventId = archivedIdOf(stored, seq);
    return { seq, tenant: tenantExists(named) ? named : defaultTenant, eventId, type: subject };
  }
}
