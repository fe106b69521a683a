/** One event as a producer has it. */
export interface OutgoingEvent {
  /** The producer's own, so that sending twice is one event. */
  readonly id: string;
  readonly door: 'http' | 'nats';
  readonly type: string;
  /** The JSON of the object: it must reach the receiver byte for byte. */
  readonly objectText: string;
  /** What is sent. */
  readonly body: string;
  readonly channels: readonly string[];
}

export interface Accepted {
  readonly event: OutgoingEvent;
  readonly acceptedAtMs: number;
  /** 1: at once. */
  readonly tries: number;
}

/** Trying again would not help. */
export interface Refused {
  readonly event: OutgoingEvent;
  readonly reason: string;
}
