import type { EndpointLane, TenantShare } from './endpoint-lane.js';

/** Of the free places, what one endpoint may have: 1/4 (a shift, since this is asked for every attempt). */
const endpointShareShift = 2;
/** Attempts of a proven endpoint in reserved places before one of them is answered. */
const unansweredInReserve = 2;

/**
 * The places for attempts of this process, and who may take one. Nobody has a fixed share: each may hold only so much as
 * a fraction of what is still free (the dynamic threshold of Choudhury and Hahne, 1998, for the shared buffers of
 * switches), so one alone has much, everybody's share shrinks as the pool fills, and something always stays free.
 *
 * - An endpoint: 1/4 of the free places, at least one, at most its `maxInFlight`, or a quarter of that while it hangs. Where
 *   an eighth of the pool is taken, a new one has that quarter too until its first attempt has ended: hundreds that hang
 *   would otherwise take all there is before anything is known of them, and the first attempts of others would wait.
 * - A tenant: its first place, and beyond it as many as are free.
 * - The last quarter, of the pool and of a tenant's share, is for endpoints that answer: proven ones, and after two
 *   starts there only from answer to answer, for those that have begun to hang since. Unproven ones keep a 16th of the
 *   pool in any case, or they could never prove themselves while the others are busy.
 * - A proven endpoint gets its first place even where its tenant is beyond its share, until 7/8 of the pool are taken:
 *   the hanging endpoints of a tenant must not stop its others.
 */
export class Places<Item> {
  inUse = 0;
  /** Of endpoints that are not known to answer: they may hang. */
  unprovenInUse = 0;
  private total = 0;
  private unreserved = 0;
  private beyondShare = 0;
  private forUnproven = 0;
  private roomy = 0;

  constructor(total: number) {
    this.resize(total);
  }

  /** Takes no place from anyone: what is in use beyond the new number ends in its own time. */
  resize(total: number): void {
    if (total === this.total) return;
    this.total = total;
    this.unreserved = Math.ceil((total * 3) / 4);
    this.beyondShare = Math.ceil((total * 7) / 8);
    this.roomy = total >> 3;
    this.forUnproven = Math.max(1, Math.floor(total / 16));
  }

  /** What the endpoint may have in flight as things stand. */
  capOf(lane: EndpointLane<Item>): number {
    const places = lane.isNew && this.inUse >= this.roomy ? lane.fewPlaces : lane.places;
    return Math.min(places, Math.max(1, (this.total - this.inUse) >> endpointShareShift));
  }

  /** Whether there is a place for the endpoint; its rate is not asked here. */
  mayStart(lane: EndpointLane<Item>): boolean {
    return this.inUse < this.total && lane.open < this.capOf(lane) && this.hasRoomFor(lane);
  }

  /** Whether pool and tenant have a place for it, whatever its own cap says. */
  hasRoomFor(lane: EndpointLane<Item>): boolean {
    if (this.inUse >= this.total) return false;
    const trusted = lane.proven ? lane.unanswered < unansweredInReserve : this.hasRoomForUnproven();
    if (!trusted && this.inUse >= this.unreserved) return false;
    if (this.isWithinShare(lane.share, trusted)) return true;
    return lane.proven && lane.inFlight === 0 && this.inUse < this.beyondShare;
  }

  /** Whether any endpoint of a tenant could get a place: cheaper than to ask each of them. */
  mayAdmitAny(share: TenantShare<Item>): boolean {
    if (this.inUse >= this.total) return false;
    if (share.readyProven > 0) return true;
    const trusted = this.hasRoomForUnproven();
    return (trusted || this.inUse < this.unreserved) && this.isWithinShare(share, trusted);
  }

  take(lane: EndpointLane<Item>): void {
    this.inUse += 1;
    lane.share.inFlight += 1;
    if (!lane.proven) this.unprovenInUse += 1;
  }

  giveBack(lane: EndpointLane<Item>): void {
    this.inUse -= 1;
    lane.share.inFlight -= 1;
    if (!lane.proven) this.unprovenInUse -= 1;
  }

  /** What an endpoint has in flight changes sides with it. */
  setProven(lane: EndpointLane<Item>, proven: boolean): void {
    if (lane.proven === proven) return;
    lane.proven = proven;
    this.unprovenInUse += proven ? -lane.inFlight : lane.inFlight;
    if (lane.next) lane.share.readyProven += proven ? 1 : -1;
  }

  private hasRoomForUnproven(): boolean {
    return this.unprovenInUse < this.forUnproven;
  }

  private isWithinShare(share: TenantShare<Item>, trusted: boolean): boolean {
    const free = this.total - this.inUse;
    return share.inFlight <= Math.max(1, trusted ? free : (free * 3) >> 2);
  }
}
