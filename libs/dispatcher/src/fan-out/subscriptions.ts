import { SubscriptionIndex } from '@postel/domain';
import type { ConfigTables, EndpointChange, EndpointEntry } from '@postel/jetstream';

/** Types whose endpoints are remembered; producers may invent as many as they like. */
const maxRemembered = 10_000;

/** Which endpoints of a tenant an event reaches: an index that follows every change of CONFIG. */
export class Subscriptions {
  private readonly byTenant = new Map<string, SubscriptionIndex>();
  /** Of events without channels, by tenant and type, since the last change. */
  private readonly remembered = new Map<string, readonly EndpointEntry[]>();

  constructor(private readonly tables: ConfigTables) {
    tables.onEndpointChange((change) => this.follow(change));
  }

  /** Active and paused endpoints: a paused one's deliveries are made, and wait. */
  match(tenant: string, type: string, channels: readonly string[]): readonly EndpointEntry[] {
    if (channels.length > 0) return this.find(tenant, type, channels);
    // neither has a space
    const key = `${tenant} ${type}`;
    let entries = this.remembered.get(key);
    if (!entries) {
      if (this.remembered.size >= maxRemembered) this.remembered.clear();
      this.remembered.set(key, (entries = this.find(tenant, type, channels)));
    }
    return entries;
  }

  private find(tenant: string, type: string, channels: readonly string[]): EndpointEntry[] {
    const ids = this.byTenant.get(tenant)?.match(type, channels) ?? [];
    return ids.map((id) => this.tables.endpoint(id)).filter((entry) => entry !== undefined);
  }

  private follow({ endpointId, tenant, entry }: EndpointChange): void {
    this.remembered.clear();
    let index = this.byTenant.get(tenant);
    if (!index) this.byTenant.set(tenant, (index = new SubscriptionIndex()));
    if (entry && entry.state.status !== 'disabled') {
      index.add(endpointId, entry.state.events, entry.state.channels);
    } else {
      index.remove(endpointId);
    }
  }
}
