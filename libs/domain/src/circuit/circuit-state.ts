import type { OpenCircuit } from '@postel/contracts';

/** Failures since the last success; one shared state when there are none, so that healthy endpoints cost nothing. */
export interface ClosedCircuit {
  readonly status: 'closed';
  /** In a row, without a success between them. */
  readonly failures: number;
  /** 0 while there are none. */
  readonly firstFailureAtMs: number;
  readonly lastFailureAtMs: number;
}

interface Hurried {
  /** Someone asked for it by hand: a probe goes now, and the next one when it would have gone anyway. */
  readonly isHurried?: true;
}

/**
 * The circuit breaker of one endpoint, held by the owner of its partition.
 *
 *     closed ──failures in a row, over a while──▶ open ──probeAtMs is past, or hurried────▶ half-open ──╮ 60 s without an
 *       ▲                                         │ ▲                                       │ │   ▲    │ answer: another
 *       │                                         │ ├──probe failed: longer wait────────────╯ │   ╰────╯ probe
 *       │                                         │ ╰──probe abandoned: another at once───────┤
 *       ╰──late or forced success, reset──────────┴──probe answered, reset────────────────────╯
 *
 * Only `open` is stored (`CircuitFact`); who takes a partition over starts from there, or closed with no failures.
 */
export type CircuitState =
  | ClosedCircuit
  | (OpenCircuit & Hurried & { readonly status: 'open' })
  | (OpenCircuit &
      Hurried & {
        readonly status: 'half-open';
        /** When the probe under way was let through; names it, too. */
        readonly probeStartedAtMs: number;
      });

export const initialCircuit: CircuitState = Object.freeze({
  status: 'closed',
  failures: 0,
  firstFailureAtMs: 0,
  lastFailureAtMs: 0,
});

/** The state as far as it was stored; what was counted or under way at the last owner is not known any more. */
export function restoreCircuit(stored: OpenCircuit | null): CircuitState {
  if (!stored) return initialCircuit;
  const { openedAtMs, probeAtMs, failedProbes } = stored;
  return { status: 'open', openedAtMs, probeAtMs, failedProbes };
}

/** What readers see of it; `null`: closed. */
export function openCircuitOf(state: CircuitState): OpenCircuit | null {
  if (state.status === 'closed') return null;
  const { openedAtMs, probeAtMs, failedProbes } = state;
  return { openedAtMs, probeAtMs, failedProbes };
}
