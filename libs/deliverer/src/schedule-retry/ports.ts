export interface EventRef {
  readonly acceptedAtMs: number;
  /** Position in EVENTS. */
  readonly seq: number;
}

export interface StoredEvent {
  readonly payload: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Its payload is gone on request: nothing of it is sent any more. */
  readonly isErased: boolean;
}

/** The accepted events, as long as there is a copy of them. */
export interface EventSource {
  /** @returns by position; what is nowhere any more is left out */
  load(refs: readonly EventRef[]): Promise<ReadonlyMap<number, StoredEvent>>;
}

/** What was sent before, as far as the tables know. */
export interface SentAttempts {
  /** The `traceparent` of the last attempt of each. @returns by delivery; those without one are left out */
  lastTraceparents(
    deliveries: readonly { readonly deliveryId: string; readonly acceptedAtMs: number }[],
  ): Promise<ReadonlyMap<string, string>>;
}
