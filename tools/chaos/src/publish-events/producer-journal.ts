export type Door = 'http' | 'nats';

/** What the producer writes down. An event is offered before it is first sent, and acknowledged when this is synced. */
export type ProducerRecord =
  | { readonly t: 'offered'; readonly id: string; readonly door: Door; readonly atMs: number }
  | {
      readonly t: 'acknowledged';
      readonly id: string;
      readonly door: Door;
      readonly atMs: number;
      readonly tries: number;
    }
  | {
      readonly t: 'refused';
      readonly id: string;
      readonly atMs: number;
      readonly status: number;
      readonly code: string;
      readonly retryAfter: string | null;
    };
