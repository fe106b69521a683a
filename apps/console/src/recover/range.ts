export type Only = 'failed' | 'missing' | 'all';

export const whatFor: readonly {
  readonly value: Only;
  readonly label: string;
  readonly description: string;
}[] = [
  {
    value: 'failed',
    label: 'What failed',
    description:
      'After an outage: its dead letters are reopened, the same deliveries with all their attempts again.',
  },
  {
    value: 'missing',
    label: 'What is missing',
    description:
      'After it was disabled, or when it is new: events that match its filters now and of which it has no delivery.',
  },
  {
    value: 'all',
    label: 'Everything again',
    description: 'Every event that matches now once more. What was delivered is delivered a second time.',
  },
];

/** As two inputs have them, in the reader's own time. */
export interface RangeText {
  readonly since: string;
  /** Empty: until now. */
  readonly until: string;
}

export interface ReadRange {
  readonly range?: { readonly since: string; readonly until?: string };
  readonly faults: Readonly<Partial<Record<'since' | 'until', string>>>;
}

export function rangeOf({ since, until }: RangeText): ReadRange {
  const sinceMs = Date.parse(since);
  if (Number.isNaN(sinceMs)) return { faults: { since: 'A day and a time' } };
  const from = new Date(sinceMs).toISOString();
  if (until === '') return { range: { since: from }, faults: {} };
  const untilMs = Date.parse(until);
  if (Number.isNaN(untilMs)) return { faults: { until: 'A day and a time, or nothing' } };
  if (untilMs <= sinceMs) return { faults: { until: 'This is not after the beginning' } };
  return { range: { since: from, until: new Date(untilMs).toISOString() }, faults: {} };
}
