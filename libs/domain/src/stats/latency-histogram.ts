/** Neighbouring buckets are 2 % apart, so that the middle of one is within 1 % of all that it holds. */
const growth = 1.02;
const logGrowth = Math.log(growth);
/** What takes less is told as this: a clock of milliseconds knows no better. */
const smallestMs = 0.1;
/** Eleven days: beyond every deadline. */
const largestBucket = Math.ceil(Math.log(1e9 / smallestMs) / logGrowth);

/**
 * How often each duration came, in buckets that grow with it: percentiles within 1 %, in the space of what was really
 * seen, and the histogram of a day is the sum of those of its hours. (DDSketch, Masson et al., 2019, without its
 * collapsing: durations are bounded.)
 */
export class LatencyHistogram {
  readonly #counts = new Map<number, number>();

  /** @param pairs as {@link pairs} gives them */
  static of(pairs: readonly number[]): LatencyHistogram {
    const histogram = new LatencyHistogram();
    histogram.addPairs(pairs);
    return histogram;
  }

  /** @param times below zero to take back what was added */
  add(durationMs: number, times = 1): void {
    this.#addTo(bucketOf(durationMs), times);
  }

  merge(other: LatencyHistogram): void {
    for (const [bucket, count] of other.#counts) this.#addTo(bucket, count);
  }

  addPairs(pairs: readonly number[]): void {
    for (let at = 1; at < pairs.length; at += 2) this.#addTo(pairs[at - 1] as number, pairs[at] as number);
  }

  /** Bucket and count by turns, shortest first: the same for the same counts, however they came. */
  pairs(): number[] {
    const pairs: number[] = [];
    for (const bucket of Uint16Array.from(this.#counts.keys()).sort()) {
      pairs.push(bucket, this.#counts.get(bucket) as number);
    }
    return pairs;
  }

  /**
   * By the nearest rank, in ms: within 1 % of a duration that at least this share took at most. 0 without any.
   * @param share 0 to 1
   */
  percentile(share: number): number {
    const counts = [...this.#counts].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    let left = Math.max(1, Math.ceil(share * total));
    for (const [bucket, count] of counts) {
      left -= count;
      if (left <= 0) return middleOf(bucket);
    }
    return 0;
  }

  #addTo(bucket: number, times: number): void {
    const count = (this.#counts.get(bucket) ?? 0) + times;
    if (count === 0) this.#counts.delete(bucket);
    else this.#counts.set(bucket, count);
  }
}

/** Bucket n holds what is longer than `smallestMs * growth ** (n - 1)`, up to `growth` times that. */
function bucketOf(durationMs: number): number {
  if (!(durationMs > smallestMs)) return 0;
  return Math.min(Math.ceil(Math.log(durationMs / smallestMs) / logGrowth), largestBucket);
}

/** As far, in proportion, from the one end as from the other. */
function middleOf(bucket: number): number {
  return bucket === 0 ? smallestMs : (smallestMs * growth ** bucket * 2) / (1 + growth);
}
