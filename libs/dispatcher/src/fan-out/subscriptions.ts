import { SubscriptionIndex, type EventView } from '@postel/domain';
import type { ConfigTables, EndpointChange, EndpointEntry } from '@postel/jetstream';

/** What of an event decides where it goes. */
export interface SubscribedEvent {
  readonly type: string;
  readonly channels: readonly string[];
  /** For filters: parsed when one asks for it, once. */
  readonly view: () => EventView;
}

/** Which endpoints of a tenant an event reaches: an index that follows every change of CONFIG. */
export class Subscriptions {
  private readonly byTenant = new Map<string, SubscriptionIndex>();

  constructor(private readonly tables: ConfigTables) {
    tables.onEndpointChange((change) => this.follow(change));
  }

  /** Active and paused endpoints: a paused one's deliveries are made, and wait. */
  match(tenant: string, about: SubscribedEvent): EndpointEntry[] {
    const { type, channels, view } = about;
    const ids = this.byTenant.get(tenant)?.match(type, channels, view) ?? [];
    return ids.map((id) => this.tables.endpoint(id)).filter((entry) => entry !== undefined);
  }

  private follow({ id: endpointId, tenant, entry }: EndpointChange): void {
    let index = this.byTenant.get(tenant);
    if (!index) this.byTenant.set(tenant, (index = new SubscriptionIndex()));
    if (entry && entry.state.status !== 'disabled') {
      index.add(endpointId, entry.state);
    } else {
      index.remove(endpointId);
    }
  }
}
