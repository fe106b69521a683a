import { z } from 'zod';

/** More dead letters than this are not remembered of an endpoint. */
export const maxAlertCount = 1_000;
const maxWindowSeconds = 7 * 86_400;

const count = z.int().min(1).max(maxAlertCount);
const threshold = z.strictObject({
  deadLetters: count,
  windowSeconds: z.int().min(1).max(maxWindowSeconds),
});

const rules = {
  warn: threshold.nullable().optional().meta({
    description: 'So many dead letters of an endpoint within the window raise an alert; null: never',
  }),
  disable: threshold.nullable().optional().meta({
    description:
      'So many within the window, and no success since the first of them: the endpoint is disabled; null: never',
  }),
  disableAfterConsecutive: count.nullable().optional().meta({
    description:
      'So many dead letters in a row, however long that took: the endpoint is disabled; null: never',
  }),
};

/** When an endpoint counts as failing, and when it is disabled. What is left out is as the fleet has it. */
export const alertRules = z.strictObject(rules);
export type AlertRules = z.infer<typeof alertRules>;

export interface AlertThreshold {
  readonly deadLetters: number;
  readonly windowSeconds: number;
}

/** What holds for an endpoint; `null`: never. */
export interface AlertThresholds {
  readonly warn: AlertThreshold | null;
  readonly disable: AlertThreshold | null;
  readonly disableAfterConsecutive: number | null;
}

/** Contract: Answers of a receiver. */
export const defaultAlertThresholds: AlertThresholds = Object.freeze({
  warn: Object.freeze({ deadLetters: 10, windowSeconds: 3_600 }),
  disable: Object.freeze({ deadLetters: 100, windowSeconds: 86_400 }),
  disableAfterConsecutive: null,
});
