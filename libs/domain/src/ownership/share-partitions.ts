/** What a deliverer announces every second, and what it heard of the others lately. */
export interface FleetView {
  /** Unique among the replicas. */
  readonly self: string;
  /** The partitions this one owns. */
  readonly owned: readonly number[];
  readonly others: readonly { readonly id: string; readonly ownedCount: number }[];
  /** Partitions in all. */
  readonly partitions: number;
}

/**
 * Which of its partitions a deliverer should give up now, so that the fleet becomes level: every replica with
 * ⌊partitions / replicas⌋ or one more. Who has most keeps the one more, so no partition moves that need not. A quarter
 * of the surplus at a time: each move makes an endpoint's deliveries wait a moment.
 *
 * All replicas come to the same view from the same announcements. It releases only what it has above the higher number,
 * or above the lower one while another is below that; never below it. Once the fleet is level nothing moves.
 */
export function partitionsToRelease(view: FleetView): number[] {
  const surplus = view.owned.length - targetOf(view);
  if (surplus <= 0) return [];
  const low = Math.floor(view.partitions / (view.others.length + 1));
  const isAboveCeiling = view.owned.length > Math.ceil(view.partitions / (view.others.length + 1));
  if (!isAboveCeiling && !view.others.some(({ ownedCount }) => ownedCount < low)) return [];
  return [...view.owned].sort((a, b) => b - a).slice(0, Math.ceil(surplus / 4));
}

/**
 * Whether a deliverer should offer to take a partition that is free. As long as those that have their share hold back
 * (for a few seconds: better one too many than nobody), a released partition goes where it is missing, and the fleet is
 * level after at most as many moves as there are partitions too many.
 */
export function wantsPartition(view: FleetView): boolean {
  return view.owned.length < targetOf(view);
}

/** The partitions that it should have: the remainder of the division goes to those who have most now, then by id. */
function targetOf({ self, owned, others, partitions }: FleetView): number {
  const replicas = others.length + 1;
  const before = others.filter(
    ({ id, ownedCount }) => ownedCount > owned.length || (ownedCount === owned.length && id < self),
  ).length;
  return Math.floor(partitions / replicas) + (before < partitions % replicas ? 1 : 0);
}
