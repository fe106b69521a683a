import { upcastEndpoint, type EndpointState } from '@postel/contracts';
import { SharedValues } from './shared-values.js';

/** What a service asks of CONFIG; what it does not is not held in its memory. */
export interface ConfigNeeds {
  /** The sealed secrets of endpoints. */
  readonly secrets: boolean;
  /**
   * Of endpoints: all, or only what says which events they take ({@link RoutedEndpoint}). Whoever sends to endpoints or
   * changes them needs all: a fact carries the whole state.
   */
  readonly endpoints: 'all' | 'routes';
}

export const allOfConfig: ConfigNeeds = { secrets: true, endpoints: 'all' };

/** What there is of an endpoint where a service asks for its routes alone; its code reads endpoints as this. */
export type RoutedEndpoint = Pick<
  EndpointState,
  'id' | 'tenant' | 'url' | 'events' | 'channels' | 'filter' | 'apiVersion' | 'ordering' | 'status'
>;

/** Endpoints as they are held: as the state was stored, upcast, with what many have in common there once. */
export class HeldEndpoints {
  private readonly shared = new SharedValues();
  private readonly names = new Map<string, string>();

  constructor(private readonly needs: ConfigNeeds) {}

  /** @param stored fresh from JSON: it is taken over, and changed */
  take(stored: EndpointState): EndpointState {
    const state = upcastEndpoint(stored);
    return this.needs.endpoints === 'all' ? this.wholeOf(state) : (this.routesOf(state) as EndpointState);
  }

  private wholeOf(state: EndpointState): EndpointState {
    const { share } = this;
    return Object.assign(state, {
      tenant: this.nameOf(state.tenant),
      events: share(state.events),
      channels: share(state.channels),
      signature: share(state.signature),
      rateLimit: share(state.rateLimit),
      ...(state.retry === undefined ? {} : { retry: share(state.retry) }),
    });
  }

  private routesOf(state: EndpointState): RoutedEndpoint {
    // a literal: an object that grows by its fields takes more
    return {
      id: state.id,
      tenant: this.nameOf(state.tenant),
      url: state.url,
      events: this.share(state.events),
      channels: this.share(state.channels),
      filter: state.filter,
      apiVersion: this.nameOf(state.apiVersion),
      ordering: state.ordering,
      status: state.status,
    };
  }

  private readonly share = <T>(value: T): T => this.shared.share(value);

  private nameOf(name: string): string {
    const known = this.names.get(name);
    if (known === undefined) this.names.set(name, name);
    return known ?? name;
  }
}
