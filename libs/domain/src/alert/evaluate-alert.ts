import type { AlertRules, AlertThresholds } from '@postel/contracts';
import {
  deathsInARow,
  deathsWithin,
  since,
  withDeath,
  withSuccess,
  type AlertState,
  type CountedDeath,
} from './alert-state.js';

/** What of an endpoint and of its tenant matters here, as CONFIG has it. */
export interface AlertContext {
  readonly isDisabled: boolean;
  /** 0: never. Dead letters of before do not count. */
  readonly enabledAtMs: number;
  /** Whoever changed it then knows better: dead letters of before disable nothing. */
  readonly changedAtMs: number;
  readonly thresholds: AlertThresholds;
}

/** What should happen; the caller does it. */
export type AlertEffect =
  | {
      readonly kind: 'failing';
      readonly atMs: number;
      readonly sinceMs: number;
      readonly deadLetters: number;
      readonly inARow: number;
      readonly windowSeconds: number;
    }
  | {
      readonly kind: 'disable';
      readonly atMs: number;
      readonly sinceMs: number;
      readonly deadLetters: number;
    }
  | {
      readonly kind: 'recovered';
      readonly atMs: number;
      readonly failingSinceMs: number;
      /** A delivery succeeded, or no more of them die. */
      readonly by: 'success' | 'quiet';
    };

export interface AlertStep {
  readonly state: AlertState;
  readonly effects: readonly AlertEffect[];
}

/** What a tenant says holds; the rest is as the fleet has it. */
export function thresholdsOf(
  fleet: AlertThresholds,
  tenants: AlertRules | null | undefined,
): AlertThresholds {
  const given = Object.entries(tenants ?? {}).filter(([, value]) => value !== undefined);
  return { ...fleet, ...Object.fromEntries(given) };
}

/**
 * A delivery of the endpoint died. Everything goes by the times of the facts, so that a service that was away for an hour
 * comes to the same result; and a fact that comes twice changes nothing.
 *
 *   quiet ──dead letters within the window──▶ failing ──success──▶ quiet        each way is told once
 *     ╰─────────────┴──more of them, in a row──▶ to be disabled ──(a success, or somebody changes it)──▶ not any more
 */
export function afterDeath(state: AlertState, death: CountedDeath, context: AlertContext): AlertStep {
  const now = since(state, context.enabledAtMs);
  const isKnown = now.deaths.some(({ key }) => key === death.key);
  if (isKnown || death.atMs <= context.enabledAtMs) return { state: now, effects: [] };
  const counted = withDeath(now, death, mostCounted(context.thresholds));
  if (context.isDisabled) return { state: counted, effects: [] };
  const warning = warn(counted, context);
  const disabling = disable(warning.state, context);
  return { state: disabling.state, effects: [...warning.effects, ...disabling.effects] };
}

/** A delivery of the endpoint succeeded. */
export function afterSuccess(state: AlertState, atMs: number, context: AlertContext): AlertStep {
  return settle(withSuccess(state, atMs), atMs, context);
}

/**
 * Time has passed: an endpoint that failed now and then has recovered once few of its dead letters are left in the window,
 * and the last that is known of it is no failure.
 */
export function settle(state: AlertState, nowMs: number, context: AlertContext): AlertStep {
  const now = since(state, context.enabledAtMs);
  const { lastSuccessAtMs, warned } = now;
  if (!warned || context.isDisabled || now.inARowSinceMs !== null) return { state: now, effects: [] };
  const succeeded = lastSuccessAtMs !== null && lastSuccessAtMs >= warned.atMs;
  // of one that was enabled since, the dead letters are forgotten: only a success says anything
  const isOver =
    warned.atMs <= context.enabledAtMs ? succeeded : warned.inARow || isQuiet(now, nowMs, context);
  if (!isOver) return { state: now, effects: [] };
  const effect = {
    kind: 'recovered',
    atMs: succeeded ? lastSuccessAtMs : nowMs,
    failingSinceMs: warned.atMs,
    by: succeeded ? 'success' : 'quiet',
  } as const;
  return { state: { ...now, warned: null }, effects: [effect] };
}

function isQuiet(state: AlertState, nowMs: number, { thresholds: { warn } }: AlertContext): boolean {
  return !warn || deathsWithin(state, warn.windowSeconds, nowMs).length < warn.deadLetters;
}

/** Whether an effect `disable` still holds, now that it is to be done. */
export function isStillToBeDisabled(state: AlertState, atMs: number, context: AlertContext): boolean {
  return !context.isDisabled && context.changedAtMs <= atMs && state.disableAskedAtMs === atMs;
}

function mostCounted({ warn, disable, disableAfterConsecutive }: AlertThresholds): number {
  return Math.max(warn?.deadLetters ?? 1, disable?.deadLetters ?? 1, disableAfterConsecutive ?? 1);
}

/**
 * Once, until it has recovered. An endpoint that succeeds in between is not warned of again before a window has passed:
 * it would be failing and recovered many times an hour.
 */
function warn(state: AlertState, { enabledAtMs, thresholds }: AlertContext): AlertStep {
  const { warn: threshold } = thresholds;
  const newestMs = state.deaths.at(-1)?.atMs;
  const isWarned = state.warned !== null && state.warned.atMs > enabledAtMs;
  if (!threshold || isWarned || newestMs === undefined) return { state, effects: [] };
  const { deadLetters, windowSeconds } = threshold;
  const counted = deathsWithin(state, windowSeconds, newestMs);
  const inARow = deathsInARow(state).length;
  const rested = newestMs - (state.lastWarnedAtMs ?? -Infinity) >= windowSeconds * 1_000;
  if (counted.length < deadLetters || (inARow < deadLetters && !rested)) return { state, effects: [] };
  const warned = { atMs: newestMs, inARow: inARow >= deadLetters };
  const sinceMs = counted[0]?.atMs ?? newestMs;
  const effect = {
    kind: 'failing',
    atMs: newestMs,
    sinceMs,
    deadLetters: counted.length,
    inARow,
    windowSeconds,
  } as const;
  return { state: { ...state, warned, lastWarnedAtMs: newestMs }, effects: [effect] };
}

function disable(state: AlertState, { changedAtMs, thresholds }: AlertContext): AlertStep {
  const { disableAskedAtMs } = state;
  const isAsked = disableAskedAtMs !== null && disableAskedAtMs >= changedAtMs;
  const counted = deathsInARow(state).filter(({ atMs }) => atMs > changedAtMs);
  const newestMs = counted.at(-1)?.atMs;
  if (isAsked || newestMs === undefined) return { state, effects: [] };
  const { disable: threshold, disableAfterConsecutive } = thresholds;
  const first = threshold ? counted.at(-threshold.deadLetters) : undefined;
  const isTooMany =
    threshold && first && newestMs - first.atMs <= threshold.windowSeconds * 1_000
      ? threshold.deadLetters <= counted.length
      : false;
  const isTooLong = disableAfterConsecutive !== null && counted.length >= disableAfterConsecutive;
  if (!isTooMany && !isTooLong) return { state, effects: [] };
  const effect = {
    kind: 'disable',
    atMs: newestMs,
    sinceMs: counted[0]?.atMs ?? newestMs,
    deadLetters: counted.length,
  } as const;
  return { state: { ...state, disableAskedAtMs: newestMs }, effects: [effect] };
}
