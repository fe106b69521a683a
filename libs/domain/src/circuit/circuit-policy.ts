export interface CircuitPolicy {
  /** It opens after so many failures in a row; 0 turns the circuit off. */
  readonly failures: number;
  /** … if they are spread over at least this long: a short hiccup brings many failures at once, and opens nothing. */
  readonly overMs: number;
  /** A longer gap between two failures starts the count anew. */
  readonly forgetAfterMs: number;
  /** From the opening to the first probe; doubled after each probe that fails … */
  readonly openMs: number;
  /** … up to this. */
  readonly maxOpenMs: number;
}

/**
 * 20 failures in a row over a minute or more; probes after 30 s, then 60 s, 2 min, … at most every 10 min. A receiver
 * that is not running yet, tried by hand, never gets there.
 */
export const defaultCircuitPolicy: CircuitPolicy = Object.freeze({
  failures: 20,
  overMs: 60_000,
  forgetAfterMs: 300_000,
  openMs: 30_000,
  maxOpenMs: 600_000,
});

/** A probe that got no answer for so long has lost its owner (an attempt ends within 30 s): another takes its place. */
export const probeGivenUpAfterMs = 60_000;
