/** The receiver's endpoints, by how they answer. */
export const endpointNames = [
  /** 200 at once. */
  'good',
  /** 200 after 0 to 200 ms. */
  'slow',
  /** 503 on the first attempt of every third event, then 200. */
  'flaky',
  /** 200, but 503 always or 422 for some events. */
  'mixed',
  /** In order by key. 200 after 5 to 40 ms, but 503 on the first attempt of some events, 422 or 503 always for others. */
  'ordered',
] as const;
export type EndpointName = (typeof endpointNames)[number];

/** Created with these. Mixed, so that no endpoint fails as a whole: circuits and auto-disable are not what is tested. */
export const retryOf: Readonly<
  Record<EndpointName, { readonly maxAttempts: number; readonly initialDelayMs?: number }>
> = {
  good: { maxAttempts: 10 },
  slow: { maxAttempts: 10 },
  flaky: { maxAttempts: 10, initialDelayMs: 300 },
  mixed: { maxAttempts: 3, initialDelayMs: 300 },
  // a key waits for what fails: so not for long
  ordered: { maxAttempts: 3, initialDelayMs: 100 },
};

/** Created with these, too. */
export const orderingOf: Readonly<Record<EndpointName, 'none' | 'key'>> = {
  good: 'none',
  slow: 'none',
  flaky: 'none',
  mixed: 'none',
  ordered: 'key',
};
