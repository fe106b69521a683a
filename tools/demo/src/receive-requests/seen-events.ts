export interface SeenEvent {
  requests: number;
  /** Of them, those answered 2xx. */
  okAnswers: number;
  firstOkAtMs: number | null;
}

/** What one receiver saw of this run. */
export interface Seen {
  readonly events: ReadonlyMap<string, SeenEvent>;
  /** All, with those that went away before their body was there. */
  readonly requests: number;
  readonly cutOff: number;
  /** By the npm package `standardwebhooks`. */
  readonly verified: number;
  /** With the object that the producer sent, byte for byte. */
  readonly intact: number;
  /** The first fault, for the report. */
  readonly fault: string | null;
}
