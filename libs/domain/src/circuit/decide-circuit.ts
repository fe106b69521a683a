import type { CircuitFact, OpenCircuit } from '@postel/contracts';
import type { CircuitOutcome } from './circuit-outcome.js';
import { defaultCircuitPolicy, probeGivenUpAfterMs, type CircuitPolicy } from './circuit-policy.js';
import { initialCircuit, restoreCircuit, type CircuitState } from './circuit-state.js';

type HalfOpen = Extract<CircuitState, { status: 'half-open' }>;

/**
 * How an attempt came past the circuit: it was closed; as the probe; or although it was open, because someone asked
 * for it by hand (`mayPass` said refuse, and it went all the same).
 */
export type CircuitPassage = 'pass' | 'probe' | 'forced';

export type CircuitCommand =
  /** The attempt that `mayPass` called the probe starts now. */
  | { readonly kind: 'begin-probe'; readonly nowMs: number }
  /** Someone asked for an attempt by hand, of something that may not go before others: whatever may is a probe. */
  | { readonly kind: 'hurry-probe'; readonly nowMs: number }
  /** The probe ended without an attempt (paused, deferred, died of something else). */
  | { readonly kind: 'abandon-probe'; readonly passedAtMs: number }
  | {
      readonly kind: 'conclude';
      readonly passage: CircuitPassage;
      /** When it was let through; for the probe the `nowMs` of its `begin-probe`. */
      readonly passedAtMs: number;
      readonly outcome: CircuitOutcome;
      readonly nowMs: number;
    }
  /** The endpoint's URL was changed, or it was enabled by hand: what is known of the receiver no longer holds. */
  | { readonly kind: 'reset'; readonly nowMs: number };

export interface CircuitDecision {
  readonly state: CircuitState;
  /** To be stored: it opened, opened again, or closed. `null`: nothing that outlives its owner. */
  readonly fact: CircuitFact | null;
}

/**
 * Whether a delivery may be attempted now. `probe` has to be confirmed with `begin-probe` before anyone else asks. What
 * is farther away than any wait there is was told by a clock that has been set back since: it is not waited for.
 */
export function mayPass(
  state: CircuitState,
  nowMs: number,
  policy: CircuitPolicy = defaultCircuitPolicy,
): 'pass' | 'probe' | 'refuse' {
  if (state.status === 'closed' || isOff(policy)) return 'pass';
  const isTime =
    state.status === 'open'
      ? state.isHurried || nowMs >= state.probeAtMs || state.probeAtMs - nowMs > policy.maxOpenMs
      : Math.abs(nowMs - state.probeStartedAtMs) >= probeGivenUpAfterMs;
  return isTime ? 'probe' : 'refuse';
}

/**
 * What a command makes of the circuit (drawn at {@link CircuitState}).
 *
 * - Closed: failures count, a success forgets them, neutral outcomes change nothing.
 * - The probe decides. Any answer closes, a neutral one too: the receiver is there, and each delivery gets its own
 *   verdict again. Its failure opens it again.
 * - A forced attempt closes it when it succeeds and changes nothing when it fails: a click on "retry" must never put
 *   off the recovery. Where a probe is due, `mayPass` makes the forced attempt that probe, and then it counts as one.
 * - A hurried probe that fails before the next is due is one more: that one still goes when it would have gone.
 * - Late outcomes of attempts that began before it opened, and of probes that were given up: a success closes, all
 *   else changes nothing.
 * - Policy off: whatever comes closes it.
 */
export function decideCircuit(
  command: CircuitCommand,
  state: CircuitState,
  policy: CircuitPolicy = defaultCircuitPolicy,
): CircuitDecision {
  switch (command.kind) {
    case 'begin-probe':
      if (mayPass(state, command.nowMs, policy) !== 'probe' || state.status === 'closed')
        return unchanged(state);
      return unstored({ ...state, status: 'half-open', probeStartedAtMs: command.nowMs });
    case 'hurry-probe':
      if (state.status !== 'open' || mayPass(state, command.nowMs, policy) === 'probe')
        return unchanged(state);
      return unstored({ ...state, isHurried: true });
    case 'abandon-probe':
      return isProbe(state, command.passedAtMs) ? abandoned(state) : unchanged(state);
    case 'reset':
      return closed(state, command.nowMs);
    case 'conclude':
      return concluded(command, state, policy);
  }
}

/** The state that a stored fact tells of. */
export function evolveCircuit(_state: CircuitState, fact: CircuitFact): CircuitState {
  return restoreCircuit(fact.state);
}

type Conclude = Extract<CircuitCommand, { kind: 'conclude' }>;

function concluded(command: Conclude, state: CircuitState, policy: CircuitPolicy): CircuitDecision {
  const { nowMs, outcome } = command;
  if (outcome === 'success' || isOff(policy)) return closed(state, nowMs);
  if (state.status === 'closed')
    return outcome === 'failure' ? failed(state, nowMs, policy) : unchanged(state);
  if (command.passage !== 'probe' || !isProbe(state, command.passedAtMs)) return unchanged(state);
  if (outcome === 'neutral') return closed(state, nowMs);
  if (state.isHurried && nowMs < state.probeAtMs) return unstored(restoreCircuit(state));
  return opened({ openedAtMs: state.openedAtMs, failedProbes: state.failedProbes + 1 }, nowMs, policy);
}

function failed(
  state: Extract<CircuitState, { status: 'closed' }>,
  nowMs: number,
  policy: CircuitPolicy,
): CircuitDecision {
  const goesOn = state.failures > 0 && nowMs - state.lastFailureAtMs <= policy.forgetAfterMs;
  const failures = goesOn ? state.failures + 1 : 1;
  const firstFailureAtMs = goesOn ? state.firstFailureAtMs : nowMs;
  if (failures >= policy.failures && nowMs - firstFailureAtMs >= policy.overMs)
    return opened({ openedAtMs: nowMs, failedProbes: 0 }, nowMs, policy);
  return unstored({ status: 'closed', failures, firstFailureAtMs, lastFailureAtMs: nowMs });
}

function opened(
  { openedAtMs, failedProbes }: Omit<OpenCircuit, 'probeAtMs'>,
  nowMs: number,
  policy: CircuitPolicy,
): CircuitDecision {
  const waitMs = Math.min(policy.openMs * 2 ** failedProbes, policy.maxOpenMs);
  const open: OpenCircuit = { openedAtMs, probeAtMs: nowMs + waitMs, failedProbes };
  return {
    state: restoreCircuit(open),
    fact: { v: 1, fact: 'circuit.opened', atMs: nowMs, state: open },
  };
}

/** Another may go at once: it is time, or someone asked. */
function abandoned({ probeStartedAtMs: _, ...state }: HalfOpen): CircuitDecision {
  return unstored({ ...state, status: 'open' });
}

function closed(state: CircuitState, nowMs: number): CircuitDecision {
  if (state.status === 'closed') return healthy; // the usual case: nothing is allocated
  return { state: initialCircuit, fact: { v: 1, fact: 'circuit.closed', atMs: nowMs, state: null } };
}

const healthy: CircuitDecision = Object.freeze({ state: initialCircuit, fact: null });

function unchanged(state: CircuitState): CircuitDecision {
  return state === initialCircuit ? healthy : unstored(state);
}

function unstored(state: CircuitState): CircuitDecision {
  return { state, fact: null };
}

/** Whether this state waits for the probe that was let through then, and for no later one. */
function isProbe(state: CircuitState, passedAtMs: number): state is HalfOpen {
  return state.status === 'half-open' && state.probeStartedAtMs === passedAtMs;
}

function isOff(policy: CircuitPolicy): boolean {
  return policy.failures <= 0;
}
