import type { Attempt, Delivery } from '../deliveries/delivery-view.js';

/** `event: event` of `/v1/live/events`. */
export interface LiveEvent {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly orderingKey?: string;
  /** The exact bytes that an endpoint of the default payload version is sent. */
  readonly body: string;
}

/** `event: missing`: there was an event, and its payload is no more. */
export interface LiveMissing {
  readonly id: string;
  readonly type?: string;
  readonly reason: string;
}

/** `event: delivery` of `/v1/live/deliveries`. */
export interface LiveDelivery {
  readonly delivery: Delivery;
  readonly attempt?: Pick<Attempt, 'number' | 'startedAt' | 'durationMs' | 'error' | 'outcome'> & {
    readonly status: number | null;
  };
}
