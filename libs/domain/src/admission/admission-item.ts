export interface AdmittedEndpoint {
  readonly tenant: string;
  readonly endpointId: string;
  /** A small number from 0; the same for all of an endpoint. */
  readonly partition: number;
}

export interface AdmissionItem extends AdmittedEndpoint {
  /** It has come back from the waiting room (its hop is not the first): it need not join the line again. */
  readonly isPutBack: boolean;
  /** Messages that stood behind it, of whichever endpoints of its partition, when it came. */
  readonly behind: number;
  /** Called at most once, synchronously, when its place is free; never when `ask` answered otherwise than `queued`. */
  start(): void;
  /** Called instead of `start`, when it has to go and wait elsewhere. */
  defer(reason: AdmissionDeferral['defer'], dueAtMs: number): void;
}

export interface AdmissionDeferral {
  readonly defer: 'busy' | 'rate_limited';
  /** When its turn may come. */
  readonly dueAtMs: number;
}

/** `start`: it has its place, and `start()` is not called. `queued`: `start()` or `defer()` will be, or it is drained. */
export type AdmissionAnswer = 'start' | 'queued' | AdmissionDeferral;

export interface AdmissionOptions {
  /** Attempts at once, of all endpoints. */
  readonly total: number;
  /** Messages of one partition that may be held here at once, waiting and in flight. */
  readonly window: number;
}

export interface AttemptEnd {
  readonly durationMs: number;
  /** The receiver does its work: such an endpoint may use the reserved places. */
  readonly ok: boolean;
}
