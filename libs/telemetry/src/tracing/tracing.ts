/** Names of the semantic conventions, and `postel.…`. Never a secret, a payload or the value of a header. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanStart {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'producer' | 'consumer';
  /** `traceparent` of what it belongs to; without a good one it begins a trace of its own. */
  readonly parent?: string | undefined;
  /** `traceparent` of what came before it, and is not its parent. */
  readonly link?: string | undefined;
  /** Now, when not given. */
  readonly startedAtMs?: number;
}

export interface SpanEnd {
  readonly attributes?: SpanAttributes;
  /** It failed: a code of ours, a status, or the name of an error (`error.type`). */
  readonly error?: string | undefined;
  /** Now, when not given. */
  readonly endedAtMs?: number;
}

/** One unit of work in a trace. */
export interface WorkSpan {
  /** For what belongs to it: handed on whether or not it is recorded, so that all of a trace is or nothing. */
  readonly traceparent: string;
  /** Where it is not, describing it is wasted. */
  readonly isRecorded: boolean;
  /** Once. */
  end(end?: SpanEnd): void;
}

/**
 * Made once per process and handed down, or `null` where tracing is off: then a unit of work costs the look whether it
 * is, and what a producer sent is carried through all the same.
 */
export interface Tracing {
  begin(start: SpanStart): WorkSpan;
  /** Spans of messaging name the server that it goes through: `host:port`, asked at the end of each. */
  messagingThrough(server: () => string): void;
  /** Exports what is left, as long as that is quick. */
  stop(): Promise<void>;
}
