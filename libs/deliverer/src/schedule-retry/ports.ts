export interface EventRef {
  readonly acceptedAtMs: number;
  /** Position in EVENTS. */
  readonly seq: number;
}

export interface StoredEvent {
  readonly payload: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** The accepted events, as long as there is a copy of them. */
export interface EventSource {
  /** @returns by position; what is nowhere any more is left out */
  load(refs: readonly EventRef[]): Promise<ReadonlyMap<number, StoredEvent>>;
}
