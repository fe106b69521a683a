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
