import { describe, expect, it } from '@jest/globals';
import type { CircuitFact } from '@postel/contracts';
import fc from 'fast-check';
import { outcomeForCircuit, type CircuitOutcome } from './circuit-outcome.js';
import { defaultCircuitPolicy } from './circuit-policy.js';
import { initialCircuit, openCircuitOf, restoreCircuit, type CircuitState } from './circuit-state.js';
import { decideCircuit, evolveCircuit, mayPass, type CircuitCommand } from './decide-circuit.js';

const second = 1_000;

function after(state: CircuitState, ...commands: CircuitCommand[]): CircuitState {
  return commands.reduce((at, command) => decideCircuit(command, at).state, state);
}

function attempt(
  outcome: CircuitOutcome,
  nowMs: number,
  passage: 'pass' | 'probe' | 'forced' = 'pass',
  passedAtMs = nowMs,
): CircuitCommand {
  return { kind: 'conclude', outcome, nowMs, passage, passedAtMs };
}

/** So many failures, evenly from `fromMs` to `toMs`. */
function failures(count: number, fromMs: number, toMs: number): CircuitCommand[] {
  return Array.from({ length: count }, (_, index) =>
    attempt('failure', fromMs + ((toMs - fromMs) * index) / (count - 1)),
  );
}

const openedAtMs = 60 * second;
const open = after(initialCircuit, ...failures(20, 0, openedAtMs));
const probeAtMs = openedAtMs + 30 * second;
const probing = after(open, { kind: 'begin-probe', nowMs: probeAtMs });

describe('a closed circuit', () => {
  it('opens after 20 failures in a row over a minute', () => {
    expect(open).toEqual({ status: 'open', openedAtMs, probeAtMs, failedProbes: 0 });
    expect(after(initialCircuit, ...failures(19, 0, 200 * second)).status).toBe('closed');
  });

  it('stays closed through a short hiccup, however many failures it brings', () => {
    const hiccup = after(initialCircuit, ...failures(500, 0, 59 * second));
    expect(hiccup).toMatchObject({ status: 'closed', failures: 500 });
    expect(after(hiccup, attempt('success', 59_500))).toBe(initialCircuit);
    expect(after(hiccup, attempt('failure', openedAtMs)).status).toBe('open');
  });

  it('counts anew after a success, or a gap of more than five minutes', () => {
    const half = after(initialCircuit, ...failures(19, 0, 100 * second));
    const gap = after(half, attempt('failure', 401 * second));
    expect(gap).toEqual({
      status: 'closed',
      failures: 1,
      firstFailureAtMs: 401 * second,
      lastFailureAtMs: 401 * second,
    });
    expect(after(half, attempt('failure', 400 * second)).status).toBe('open');
    expect(after(half, attempt('success', 101 * second), attempt('failure', 102 * second))).toMatchObject({
      failures: 1,
    });
  });

  it('takes no notice of neutral outcomes', () => {
    const half = after(initialCircuit, ...failures(5, 0, 100));
    expect(after(half, attempt('neutral', 200))).toBe(half);
  });

  it('is never open when it is turned off, and closes what was', () => {
    const off = { ...defaultCircuitPolicy, failures: 0 };
    let state: CircuitState = initialCircuit;
    for (const command of failures(100, 0, 600 * second)) state = decideCircuit(command, state, off).state;
    expect(state).toBe(initialCircuit);
    expect(mayPass(open, openedAtMs, off)).toBe('pass');
    expect(decideCircuit(attempt('failure', openedAtMs + 1), open, off)).toMatchObject({
      state: initialCircuit,
      fact: { fact: 'circuit.closed' },
    });
  });
});

describe('an open circuit', () => {
  it('lets one probe through when it is time, and nobody else', () => {
    expect(mayPass(open, probeAtMs - 1)).toBe('refuse');
    expect(mayPass(open, probeAtMs)).toBe('probe');
    expect(mayPass(probing, probeAtMs)).toBe('refuse');
    expect(mayPass(probing, probeAtMs + 59_999)).toBe('refuse');
    expect(after(open, { kind: 'begin-probe', nowMs: probeAtMs - 1 })).toBe(open);
  });

  it('does not wait for a clock that was set back to catch up', () => {
    const setBackMs = -3_600 * second;
    expect(mayPass(open, probeAtMs + setBackMs)).toBe('probe');
    expect(mayPass(probing, probeAtMs + setBackMs)).toBe('probe');
  });

  it('probes at once when someone asks, which puts off nothing when it fails', () => {
    const nowMs = probeAtMs - 20 * second;
    const hurried = decideCircuit({ kind: 'hurry-probe', nowMs }, open);
    expect(hurried.fact).toBeNull();
    expect(mayPass(hurried.state, nowMs)).toBe('probe');
    const begun = after(hurried.state, { kind: 'begin-probe', nowMs });
    const answered = (outcome: CircuitOutcome) => after(begun, attempt(outcome, nowMs, 'probe', nowMs));
    expect(answered('success')).toBe(initialCircuit);
    // it was one more: the next one goes when it would have gone
    expect(answered('failure')).toEqual(open);
    expect(mayPass(answered('failure'), probeAtMs - 1)).toBe('refuse');
    const ended = after(begun, { kind: 'abandon-probe', passedAtMs: nowMs });
    expect(mayPass(ended, nowMs)).toBe('probe');
    // so late that it was the next one itself
    expect(after(begun, attempt('failure', probeAtMs, 'probe', nowMs))).toMatchObject({
      probeAtMs: probeAtMs + 60 * second,
      failedProbes: 1,
    });
    expect(after(probing, { kind: 'hurry-probe', nowMs: probeAtMs })).toBe(probing);
    expect(after(initialCircuit, { kind: 'hurry-probe', nowMs })).toBe(initialCircuit);
  });

  it.each(['success', 'neutral'] as const)('closes when the probe ends with %s', (outcome) => {
    const decision = decideCircuit(attempt(outcome, probeAtMs + 5, 'probe', probeAtMs), probing);
    expect(decision).toEqual({
      state: initialCircuit,
      fact: { v: 1, fact: 'circuit.closed', atMs: probeAtMs + 5, state: null },
    });
  });

  it('waits twice as long after each probe that fails, at most ten minutes', () => {
    let state: CircuitState = open;
    const waits: number[] = [];
    for (let probe = 0; probe < 7; probe++) {
      const nowMs = state.status === 'open' ? state.probeAtMs : 0;
      state = after(state, { kind: 'begin-probe', nowMs }, attempt('failure', nowMs, 'probe'));
      waits.push((state.status === 'open' ? state.probeAtMs - nowMs : 0) / second);
    }
    expect(waits).toEqual([60, 120, 240, 480, 600, 600, 600]);
    expect(state).toMatchObject({ status: 'open', openedAtMs, failedProbes: 7 });
    expect(restoreCircuit({ openedAtMs, probeAtMs, failedProbes: 5_000 })).toMatchObject({ probeAtMs });
  });

  it('gives the probe to another when its owner died, and hears the first no more', () => {
    const secondProbeAtMs = probeAtMs + 60 * second;
    expect(mayPass(probing, secondProbeAtMs)).toBe('probe');
    const again = after(probing, { kind: 'begin-probe', nowMs: secondProbeAtMs });
    expect(after(again, attempt('failure', secondProbeAtMs + 1, 'probe', probeAtMs))).toBe(again);
    expect(after(again, attempt('success', secondProbeAtMs + 1, 'probe', probeAtMs))).toBe(initialCircuit);
  });

  it('lets another probe at once when a probe ended without an attempt', () => {
    const abandoned = decideCircuit({ kind: 'abandon-probe', passedAtMs: probeAtMs }, probing);
    expect(abandoned).toEqual({ state: open, fact: null });
    expect(mayPass(abandoned.state, probeAtMs + 1)).toBe('probe');
    expect(after(probing, { kind: 'abandon-probe', passedAtMs: 1 })).toBe(probing);
  });

  it('is closed by a forced attempt that succeeds, and never put off by one that fails', () => {
    for (const state of [open, probing]) {
      expect(after(state, attempt('success', probeAtMs + 1, 'forced'))).toBe(initialCircuit);
      for (const outcome of ['failure', 'neutral'] as const)
        expect(after(state, attempt(outcome, probeAtMs + 1, 'forced'))).toBe(state);
    }
  });

  it('is closed by a late success, and takes no notice of a late failure', () => {
    for (const state of [open, probing]) {
      expect(after(state, attempt('success', probeAtMs, 'pass', 1))).toBe(initialCircuit);
      expect(after(state, attempt('failure', probeAtMs, 'pass', 1))).toBe(state);
    }
  });

  it('closes when the endpoint is changed', () => {
    for (const state of [open, probing])
      expect(decideCircuit({ kind: 'reset', nowMs: 7 }, state)).toMatchObject({
        state: initialCircuit,
        fact: { fact: 'circuit.closed', atMs: 7, state: null },
      });
    const counting = after(initialCircuit, attempt('failure', 1));
    expect(decideCircuit({ kind: 'reset', nowMs: 7 }, counting)).toEqual({
      state: initialCircuit,
      fact: null,
    });
  });
});

describe('outcomeForCircuit', () => {
  it.each([
    [{ status: 200 }, 'success'],
    [{ status: 299 }, 'success'],
    [{ status: 302 }, 'neutral'],
    [{ status: 404 }, 'neutral'],
    [{ status: 408 }, 'neutral'],
    [{ status: 410 }, 'neutral'],
    [{ status: 429 }, 'neutral'],
    [{ status: 500 }, 'failure'],
    [{ status: 503 }, 'failure'],
    [{ errorCode: 'timeout' }, 'failure'],
    [{ errorCode: 'connection_refused' }, 'failure'],
    [{ errorCode: 'url_not_allowed' }, 'neutral'],
    [{ errorCode: 'invalid_request' }, 'neutral'],
  ] as const)('takes %j for %s', (result, expected) => {
    expect(outcomeForCircuit(result)).toBe(expected);
  });
});

describe('the circuit, whatever happens', () => {
  interface Step {
    readonly waitMs: number;
    readonly does: 'ask' | 'force' | 'hurry' | 'finish' | 'abandon' | 'reset';
    readonly outcome: CircuitOutcome;
    readonly which: number;
  }
  const often = (does: 'ask' | 'finish', times: number) => Array<typeof does>(times).fill(does);
  const steps = fc.array(
    fc.record<Step>({
      waitMs: fc.oneof(fc.nat(2_000), fc.nat(400_000)),
      does: fc.constantFrom(...often('ask', 3), 'force', 'hurry', ...often('finish', 3), 'abandon', 'reset'),
      outcome: fc.constantFrom('failure', 'failure', 'failure', 'failure', 'neutral', 'success'),
      which: fc.nat(),
    }),
    { maxLength: 200, size: 'max' },
  );
  const policy = { failures: 3, overMs: 5_000, forgetAfterMs: 300_000, openMs: 30_000, maxOpenMs: 600_000 };

  /** Leads a life; `seen` hears every decision. */
  function lead(
    life: readonly Step[],
    seen: (from: CircuitState, to: CircuitState, fact: CircuitFact | null) => void,
  ) {
    const underWay: Extract<CircuitCommand, { kind: 'conclude' }>[] = [];
    let state: CircuitState = initialCircuit;
    let nowMs = 1;
    const tell = (command: CircuitCommand) => {
      const { state: next, fact } = decideCircuit(command, state, policy);
      seen(state, next, fact);
      state = next;
    };
    for (const { waitMs, does, outcome, which } of life) {
      nowMs += waitMs;
      if (does === 'ask' || does === 'force') {
        const may = mayPass(state, nowMs, policy);
        if (may === 'refuse' && does === 'ask') continue;
        const passage = may === 'refuse' ? 'forced' : may;
        if (passage === 'probe') tell({ kind: 'begin-probe', nowMs });
        underWay.push({ kind: 'conclude', passage, passedAtMs: nowMs, outcome, nowMs });
      } else if (does === 'reset') {
        tell({ kind: 'reset', nowMs });
      } else if (does === 'hurry') {
        tell({ kind: 'hurry-probe', nowMs });
      } else {
        const [ended] = underWay.splice(which % Math.max(underWay.length, 1), 1);
        if (!ended) continue;
        if (does === 'finish') tell({ ...ended, nowMs });
        else if (ended.passage === 'probe') tell({ kind: 'abandon-probe', passedAtMs: ended.passedAtMs });
      }
    }
  }

  it('stores exactly what changes for readers, and comes back from what was stored', () => {
    fc.assert(
      fc.property(steps, (life) => {
        let stored: CircuitState = initialCircuit;
        lead(life, (from, to, fact) => {
          if (fact) stored = evolveCircuit(stored, fact);
          expect(openCircuitOf(stored)).toEqual(openCircuitOf(to));
          const moved = openCircuitOf(from)?.probeAtMs !== openCircuitOf(to)?.probeAtMs;
          expect(fact !== null).toBe(moved);
        });
      }),
    );
  });

  it('has no more than one probe under way that counts, and never waits for ever', () => {
    fc.assert(
      fc.property(steps, (life) => {
        lead(life, (from, to) => {
          if (to.status === 'open') expect(mayPass(to, to.probeAtMs, policy)).toBe('probe');
          if (to.status === 'half-open') {
            expect(mayPass(to, to.probeStartedAtMs, policy)).toBe('refuse');
            expect(mayPass(to, to.probeStartedAtMs + 60_000, policy)).toBe('probe');
            if (from.status === 'half-open' && from !== to)
              expect(to.probeStartedAtMs - from.probeStartedAtMs).toBeGreaterThanOrEqual(60_000);
          }
          if (to.status !== 'closed' && from.status === 'closed')
            expect(to.probeAtMs - to.openedAtMs).toBe(policy.openMs);
        });
      }),
    );
  });
});
