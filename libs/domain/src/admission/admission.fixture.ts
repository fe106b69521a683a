import type { RateLimit } from '@postel/contracts';
import { Admission } from './admission.js';
import type { AdmissionAnswer, AdmissionItem, AttemptEnd } from './admission-item.js';
import type { EndpointLimits } from './endpoint-lane.js';

export type Fate = 'asked' | 'queued' | 'started' | 'finished' | 'deferred' | 'drained';

export class TestItem implements AdmissionItem {
  fate: Fate = 'asked';
  startedAtMs = -1;
  reason: string | null = null;
  dueAtMs = -1;

  constructor(
    private readonly world: World,
    readonly tenant: string,
    readonly endpointId: string,
    readonly partition: number,
    readonly isPutBack: boolean,
    readonly behind: number,
  ) {}

  start(): void {
    if (this.fate !== 'queued') throw new Error(`started although ${this.fate}`);
    this.world.begin(this);
  }

  defer(reason: 'busy' | 'rate_limited', dueAtMs: number): void {
    if (this.fate !== 'queued' && this.fate !== 'asked') throw new Error(`deferred although ${this.fate}`);
    this.fate = 'deferred';
    this.reason = reason;
    this.dueAtMs = dueAtMs;
  }
}

export interface WorldOptions {
  readonly total?: number;
  readonly window?: number;
}

/** An Admission, its clock, and everything that was asked of it. */
export class World {
  nowMs = 1_000_000;
  readonly admission: Admission<TestItem>;
  readonly items: TestItem[] = [];
  readonly started: TestItem[] = [];
  readonly inFlight: TestItem[] = [];
  /** Hears of each start, before it counts. */
  onStart: (item: TestItem) => void = () => undefined;
  private readonly limits = new Map<string, EndpointLimits>();
  readonly total: number;

  constructor({ total = 1_024, window = 4_096 }: WorldOptions = {}) {
    this.total = total;
    this.admission = new Admission<TestItem>({ total, window });
  }

  limit(endpointId: string, maxInFlight: number, rateLimit: RateLimit | null = null, fresh = true): void {
    const limits = { maxInFlight, rateLimit, fresh };
    this.limits.set(endpointId, limits);
    this.admission.changeLimits(endpointId, limits, this.nowMs);
  }

  limitsOf(endpointId: string): EndpointLimits {
    let limits = this.limits.get(endpointId);
    if (!limits) this.limits.set(endpointId, (limits = { maxInFlight: 10, rateLimit: null }));
    return limits;
  }

  ask(
    endpointId: string,
    options: { tenant?: string; partition?: number; isPutBack?: boolean; behind?: number } = {},
  ): TestItem {
    const { tenant = 'default', partition = 0, isPutBack = false, behind = 1_000_000 } = options;
    const item = new TestItem(this, tenant, endpointId, partition, isPutBack, behind);
    this.items.push(item);
    if (isPutBack) this.admission.arrived(endpointId);
    const answer: AdmissionAnswer = this.admission.ask(item, this.limitsOf(endpointId), this.nowMs);
    if (answer === 'start') this.begin(item);
    else if (answer === 'queued') item.fate = 'queued';
    else item.defer(answer.defer, answer.dueAtMs);
    return item;
  }

  begin(item: TestItem): void {
    this.onStart(item);
    item.fate = 'started';
    item.startedAtMs = this.nowMs;
    this.started.push(item);
    this.inFlight.push(item);
  }

  finish(item: TestItem, end: Partial<AttemptEnd> | null = {}): void {
    if (item.fate !== 'started') throw new Error(`finished although ${item.fate}`);
    item.fate = 'finished';
    this.inFlight.splice(this.inFlight.indexOf(item), 1);
    const durationMs = this.nowMs - item.startedAtMs;
    this.admission.finished(item, end && { durationMs, ok: true, ...end }, this.nowMs);
  }

  /** An attempt of each that succeeds at once. */
  prove(endpointIds: readonly string[], tenant = 'default'): void {
    for (const endpointId of endpointIds) this.finish(this.ask(endpointId, { tenant }), { durationMs: 5 });
  }

  sweep(afterMs = 50, isSaturated = false): void {
    this.nowMs += afterMs;
    this.admission.sweep(this.nowMs, { isSaturated });
  }

  drained(items: readonly TestItem[]): void {
    for (const item of items) {
      if (item.fate !== 'queued') throw new Error(`drained although ${item.fate}`);
      item.fate = 'drained';
    }
  }

  of(fate: Fate): TestItem[] {
    return this.items.filter((item) => item.fate === fate);
  }
}

export function names(count: number, prefix = 'ep'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}_${index}`);
}
