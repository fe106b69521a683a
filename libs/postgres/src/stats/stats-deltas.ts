import { DeliveryFigures, type CountedAttempt, type DeliveryState } from '@postel/domain';

type Status = Exclude<DeliveryState['status'], 'none'>;

/** Whose figures these are. */
export interface FiguresOwner {
  /** Empty: of all tenants together. */
  readonly tenant: string;
  /** Empty: of the whole tenant. */
  readonly endpointId: string;
}

/** What was counted of a stretch of time that begins then. */
export interface Counted extends FiguresOwner {
  readonly startMs: number;
  readonly figures: DeliveryFigures;
}

/** How a delivery stands: where it is counted, and as what. */
export interface CountedDelivery {
  readonly status: Status;
  readonly createdAtMs: number;
  readonly completedAtMs: number | null;
}

const minuteMs = 60_000;

/** What a batch of facts changes in the figures, by what it really changed in the tables. */
export class StatsDeltas {
  /** By tenant, endpoint and the start of a minute: no key is put together for each delivery. */
  readonly #tenants = new Map<string, Map<string, Map<number, DeliveryFigures>>>();

  get isEmpty(): boolean {
    return this.#tenants.size === 0;
  }

  deliveryCreated(owner: FiguresOwner, delivery: CountedDelivery): void {
    const figures = this.#at(owner, delivery.createdAtMs);
    figures.created += 1;
    this.#count(owner, figures, delivery, 1);
  }

  deliveryChanged(owner: FiguresOwner, before: CountedDelivery, after: CountedDelivery): void {
    const figures = this.#at(owner, after.createdAtMs);
    this.#count(owner, figures, before, -1);
    this.#count(owner, figures, after, 1);
  }

  attemptMade(owner: FiguresOwner, startedAtMs: number, attempt: CountedAttempt): void {
    this.#at(owner, startedAtMs).countAttempt(attempt, 1);
  }

  /** Another took its place. */
  attemptGone(owner: FiguresOwner, startedAtMs: number, attempt: CountedAttempt): void {
    this.#at(owner, startedAtMs).countAttempt(attempt, -1);
  }

  /**
   * The same by stretches of this length, of each endpoint, of each whole tenant, and of all tenants; without those
   * before a time.
   */
  by(spanMs: number, sinceMs: number): Counted[] {
    const all: Counted[] = [];
    const ofFleet = new Map<number, DeliveryFigures>();
    for (const [tenant, endpoints] of this.#tenants) {
      const ofTenant = new Map<number, DeliveryFigures>();
      for (const [endpointId, minutes] of endpoints) {
        const ofEndpoint = new Map<number, DeliveryFigures>();
        for (const [minute, figures] of minutes) {
          const startMs = Math.floor(minute / spanMs) * spanMs;
          if (startMs < sinceMs) continue;
          figuresAt(ofEndpoint, startMs).add(figures);
          figuresAt(ofTenant, startMs).add(figures);
        }
        for (const [startMs, figures] of ofEndpoint) all.push({ startMs, tenant, endpointId, figures });
      }
      for (const [startMs, figures] of ofTenant) {
        figuresAt(ofFleet, startMs).add(figures);
        all.push({ startMs, tenant, endpointId: '', figures });
      }
    }
    for (const [startMs, figures] of ofFleet) all.push({ startMs, tenant: '', endpointId: '', figures });
    return all;
  }

  #count(
    owner: FiguresOwner,
    created: DeliveryFigures,
    { status, createdAtMs, completedAtMs }: CountedDelivery,
    times: 1 | -1,
  ): void {
    created.countStatus(status, times);
    if (status === 'dead') this.#at(owner, completedAtMs ?? createdAtMs).deadLetters += times;
  }

  #at({ tenant, endpointId }: FiguresOwner, timeMs: number): DeliveryFigures {
    const endpoints = orNew(this.#tenants, tenant, () => new Map<string, Map<number, DeliveryFigures>>());
    const minutes = orNew(endpoints, endpointId, () => new Map<number, DeliveryFigures>());
    return figuresAt(minutes, Math.floor(timeMs / minuteMs) * minuteMs);
  }
}

function figuresAt(all: Map<number, DeliveryFigures>, startMs: number): DeliveryFigures {
  return orNew(all, startMs, () => new DeliveryFigures());
}

function orNew<Key, Value>(all: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = all.get(key);
  if (known !== undefined) return known;
  const made = make();
  all.set(key, made);
  return made;
}
