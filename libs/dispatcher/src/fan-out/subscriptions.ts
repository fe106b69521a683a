import { SubscriptionIndex, type EventView } from '@postel/domain';
import type { ConfigTables, RoutedEndpoint } from '@postel/jetstream';

/** An endpoint as far as a dispatcher holds it. */
export interface RoutedEntry {
  readonly state: RoutedEndpoint;
}

interface RouteChange {
  readonly id: string;
  readonly tenant: string;
  /** `null`: it was deleted. */
  readonly entry: RoutedEntry | null;
  readonly previous: RoutedEndpoint | null;
}

/** What of an event decides where it goes. */
export interface SubscribedEvent {
  readonly type: string;
  readonly channels: readonly string[];
  /** For filters: parsed when one asks for it, once. */
  readonly view: () => EventView;
}

/** Types whose endpoints are remembered; producers may invent as many as they like. */
const maxRemembered = 10_000;

/** Which endpoints of a tenant an event reaches: an index that follows every change of CONFIG. */
export class Subscriptions {
  private readonly byTenant = new Map<string, SubscriptionIndex>();
  /** By tenant and type, since the last change: of events without channels, where no filter looks at the event. */
  private readonly remembered = new Map<string, readonly RoutedEntry[]>();

  constructor(private readonly tables: ConfigTables) {
    tables.onEndpointChange((change) => this.follow(change));
  }

  /** Active and paused endpoints: a paused one's deliveries are made, and wait. */
  match(tenant: string, event: SubscribedEvent): readonly RoutedEntry[] {
    if (event.channels.length > 0) return this.find(tenant, event);
    // neither has a space
    const key = `${tenant} ${event.type}`;
    const known = this.remembered.get(key);
    if (known) return known;
    let isSeen = false;
    const view = () => {
      isSeen = true;
      return event.view();
    };
    const entries = this.find(tenant, { ...event, view });
    if (isSeen) return entries;
    if (this.remembered.size >= maxRemembered) this.remembered.clear();
    this.remembered.set(key, entries);
    return entries;
  }

  private find(tenant: string, { type, channels, view }: SubscribedEvent): RoutedEntry[] {
    const ids = this.byTenant.get(tenant)?.match(type, channels, view) ?? [];
    return ids.map((id) => this.tables.endpoint(id)).filter((entry) => entry !== undefined);
  }

  private follow({ id: endpointId, tenant, entry, previous }: RouteChange): void {
    this.remembered.clear();
    let index = this.byTenant.get(tenant);
    if (!index) this.byTenant.set(tenant, (index = new SubscriptionIndex()));
    if (previous && takesEvents(previous)) index.remove(endpointId, previous);
    if (entry && takesEvents(entry.state)) index.add(endpointId, entry.state);
  }
}

function takesEvents({ status }: RoutedEndpoint): boolean {
  return status !== 'disabled';
}
