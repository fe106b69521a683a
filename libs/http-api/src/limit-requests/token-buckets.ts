export interface BucketOptions {
  /** How fast a bucket fills; 0: there is no limit. */
  readonly perSecond: number;
  /** What a full bucket holds: so many may come at once. */
  readonly burst: number;
  /** Of so many keys at most the buckets are remembered (10,000): the ones that were used longest ago are full again. */
  readonly maxKeys?: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** One token bucket a key, in bounded memory. */
export class TokenBuckets {
  /** In the order of their last use. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly options: BucketOptions) {}

  get size(): number {
    return this.buckets.size;
  }

  /** @returns 0 when there was one to take; otherwise in how many ms there will be */
  take(key: string, nowMs: number): number {
    const { perSecond, burst, maxKeys = 10_000 } = this.options;
    if (perSecond === 0) return 0;
    const bucket = this.buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    const filled = (Math.max(0, nowMs - bucket.atMs) * perSecond) / 1_000;
    bucket.tokens = Math.min(burst, bucket.tokens + filled);
    bucket.atMs = nowMs;
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    const [oldest] = this.buckets.keys();
    if (this.buckets.size > maxKeys && oldest !== undefined) this.buckets.delete(oldest);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1_000) / perSecond);
    bucket.tokens -= 1;
    return 0;
  }
}
