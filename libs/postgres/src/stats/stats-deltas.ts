import { DeliveryFigures, type CountedAttempt, type DeliveryState } from '@postel/domain';

type Status = Exclude<DeliveryState['status'], 'none'>;

/** Whose figures these are. */
export interface FiguresOwner {
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
  readonly #minutes = new Map<string, Counted>();

  get isEmpty(): boolean {
    return this.#minutes.size === 0;
  }

  deliveryCreated(owner: FiguresOwner, delivery: CountedDelivery): void {
    this.#at(owner, delivery.createdAtMs).created += 1;
    this.#count(owner, delivery, 1);
  }

  deliveryChanged(owner: FiguresOwner, before: CountedDelivery, after: CountedDelivery): void {
    this.#count(owner, before, -1);
    this.#count(owner, after, 1);
  }

  attemptMade(owner: FiguresOwner, startedAtMs: number, attempt: CountedAttempt): void {
    this.#at(owner, startedAtMs).countAttempt(attempt, 1);
  }

  /** Another took its place. */
  attemptGone(owner: FiguresOwner, startedAtMs: number, attempt: CountedAttempt): void {
    this.#at(owner, startedAtMs).countAttempt(attempt, -1);
  }

  /** The same by stretches of this length, of each endpoint and of the whole tenant; without those before a time. */
  by(spanMs: number, sinceMs: number): Counted[] {
    const spans = new Map<string, Counted>();
    for (const { startMs, tenant, endpointId, figures } of this.#minutes.values()) {
      const spanStartMs = Math.floor(startMs / spanMs) * spanMs;
      if (spanStartMs < sinceMs) continue;
      for (const owner of [endpointId, ''])
        figuresIn(spans, spanStartMs, { tenant, endpointId: owner }).add(figures);
    }
    return [...spans.values()];
  }

  #count(owner: FiguresOwner, { status, createdAtMs, completedAtMs }: CountedDelivery, times: 1 | -1): void {
    this.#at(owner, createdAtMs).countStatus(status, times);
    if (status === 'dead') this.#at(owner, completedAtMs ?? createdAtMs).deadLetters += times;
  }

  #at(owner: FiguresOwner, timeMs: number): DeliveryFigures {
    return figuresIn(this.#minutes, Math.floor(timeMs / minuteMs) * minuteMs, owner);
  }
}

function figuresIn(
  all: Map<string, Counted>,
  startMs: number,
  { tenant, endpointId }: FiguresOwner,
): DeliveryFigures {
  const key = `${startMs} ${tenant} ${endpointId}`;
  const known = all.get(key);
  if (known) return known.figures;
  const figures = new DeliveryFigures();
  all.set(key, { startMs, tenant, endpointId, figures });
  return figures;
}
