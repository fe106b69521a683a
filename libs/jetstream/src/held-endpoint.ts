import { noCustomHeaders, upcastEndpoint, type EndpointState } from '@postel/contracts';
import { SharedValues } from './shared-values.js';

/** What a service asks of CONFIG; what it does not is not held in its memory. */
export interface ConfigNeeds {
  /** The sealed secrets of endpoints. */
  readonly secrets: boolean;
  /**
   * What an endpoint is described and sent with: `description`, `metadata`, custom `headers`; empty where they are not
   * needed. Whoever changes endpoints needs them: a fact carries the whole state.
   */
  readonly particulars: boolean;
}

export const allOfConfig: ConfigNeeds = { secrets: true, particulars: true };

const noParticulars = { description: '', metadata: {}, headers: noCustomHeaders } as const;

/** Endpoints as they are held: as the state was stored, upcast, with what many have in common there once. */
export class HeldEndpoints {
  private readonly shared = new SharedValues();
  private readonly names = new Map<string, string>();

  constructor(private readonly needs: ConfigNeeds) {}

  /** @param stored fresh from JSON: it is taken over, and changed */
  take(stored: EndpointState): EndpointState {
    const { share } = this;
    const state: EndpointState = upcastEndpoint(stored);
    return Object.assign(
      state,
      {
        tenant: this.nameOf(state.tenant),
        events: share(state.events),
        channels: share(state.channels),
        signature: share(state.signature),
        rateLimit: share(state.rateLimit),
        ...(state.retry === undefined ? {} : { retry: share(state.retry) }),
      },
      this.needs.particulars ? {} : noParticulars,
    );
  }

  private readonly share = <T>(value: T): T => this.shared.share(value);

  private nameOf(name: string): string {
    const known = this.names.get(name);
    if (known === undefined) this.names.set(name, name);
    return known ?? name;
  }
}
