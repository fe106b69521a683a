/**
 * What the two equations are made of, for one tenant:
 *
 *   events accepted    = fannedOut + unmatched + invalid + awaiting (+ lostEvents: what should be 0)
 *   deliveries created = succeeded + pending + retrying + dead + discarded (- unexpected: what should be 0)
 */
export interface ConservationFigures {
  readonly fannedOut: number;
  readonly unmatched: number;
  readonly invalid: number;
  /** The dispatcher has finished with them, and the log has no word on them. */
  readonly lostEvents: number;
  readonly created: number;
  readonly succeeded: number;
  readonly pending: number;
  readonly retrying: number;
  readonly dead: number;
  readonly discarded: number;
  /** Deliveries that have an outcome in the log, and no creation. */
  readonly unexpected: number;
}

export type ConservationFigure = keyof ConservationFigures;

export const conservationFigures = [
  'fannedOut',
  'unmatched',
  'invalid',
  'lostEvents',
  'created',
  'succeeded',
  'pending',
  'retrying',
  'dead',
  'discarded',
  'unexpected',
] as const satisfies readonly ConservationFigure[];

/** What changed, tenant by tenant, since it was last taken. */
export class FigureChanges {
  private changes = new Map<string, Record<ConservationFigure, number>>();

  add(tenant: string, figure: ConservationFigure, by: number): void {
    let figures = this.changes.get(tenant);
    if (!figures) this.changes.set(tenant, (figures = noFigures()));
    figures[figure] += by;
  }

  get all(): ReadonlyMap<string, ConservationFigures> {
    return this.changes;
  }

  clear(): void {
    this.changes = new Map();
  }
}

function noFigures(): Record<ConservationFigure, number> {
  return {
    fannedOut: 0,
    unmatched: 0,
    invalid: 0,
    lostEvents: 0,
    created: 0,
    succeeded: 0,
    pending: 0,
    retrying: 0,
    dead: 0,
    discarded: 0,
    unexpected: 0,
  };
}
