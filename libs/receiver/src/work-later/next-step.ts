import type { TakenMessage } from './inbox-store.js';

/** What `webhook-sequence` says of a key: numbers that have not come, or one that comes after later ones. */
export type OrderNotice =
  | { readonly kind: 'gap'; readonly key: string; readonly from: number; readonly to: number }
  | { readonly kind: 'late'; readonly key: string; readonly sequence: number };

export type Step =
  | { readonly kind: 'run'; readonly notice: OrderNotice | null }
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'give-up' };

export interface StepLimits {
  readonly maxAttempts: number;
  /** How long a message waits for those before it. */
  readonly gapWaitMs: number;
}

/** What is missing may come while the message is put back, and then nobody rouses it. */
const maxWaitMs = 5_000;

/** A gap is waited for, then passed by: what is missing may be a dead letter of the sender, and never come. */
export function nextStep(message: TakenMessage, { maxAttempts, gapWaitMs }: StepLimits): Step {
  const { attemptNumber, ageMs, order, lastSequence } = message;
  // only a process that died with it leaves it so
  if (attemptNumber > maxAttempts) return { kind: 'give-up' };
  if (order === null || lastSequence === null) return { kind: 'run', notice: null };
  const { key, sequence } = order;
  if (sequence <= lastSequence) return { kind: 'run', notice: { kind: 'late', key, sequence } };
  if (sequence === lastSequence + 1) return { kind: 'run', notice: null };
  // told once, not again with each attempt
  if (attemptNumber > 1) return { kind: 'run', notice: null };
  if (ageMs < gapWaitMs) return { kind: 'wait', waitMs: Math.min(gapWaitMs - ageMs, maxWaitMs) };
  return { kind: 'run', notice: { kind: 'gap', key, from: lastSequence + 1, to: sequence - 1 } };
}
