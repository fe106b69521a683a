const chunkSize = 65_536;
/** Of a position: nothing is known, its fate is told, or (from here on) it was accepted, by this tenant. */
const unknown = 0;
const told = 1;
const firstTenant = 2;

/** What can be read of the ledger again without the log. */
export interface EventLedgerState {
  /** All at or below have been decided. */
  readonly base: number;
  /** Bit n: the fate of position base + 1 + n is told. */
  readonly toldBits: Uint8Array;
}

export type FateNews = 'told' | 'found' | 'repeated';

/**
 * The first equation, by positions in EVENTS: each that was accepted has one fate in the log. Positions are decided in
 * their order: told, or lost when all has been read that can tell of them.
 *
 *   accepted ──▶ awaiting ──fate──▶ told
 *                   ╰──settle(floor)──▶ lost ──fate──▶ found
 *
 * Four bytes a position between the lowest undecided and the highest read.
 */
export class EventLedger {
  private readonly chunks = new Map<number, Uint32Array>();
  private readonly tenants: string[] = [];
  private readonly tenantIndex = new Map<string, number>();
  private readonly awaitingByTenant: number[] = [];
  private base: number;
  private top: number;
  private toldTo = 0;

  /** @param lost positions that were found lost before */
  constructor(
    state: EventLedgerState,
    private readonly lost: Map<number, string>,
  ) {
    this.base = state.base;
    this.top = state.base;
    for (let n = 0; n < state.toldBits.length * 8; n++) {
      if ((state.toldBits[n >> 3] ?? 0) & (1 << (n & 7))) this.setTold(state.base + 1 + n);
    }
  }

  /** Up to where EVENTS has been read. */
  get readTo(): number {
    return this.top;
  }

  /** All at or below are decided. */
  get decidedTo(): number {
    return this.base;
  }

  /** In the order of the stream; positions that are passed over are not there any more. */
  accept(seq: number, tenant: string): void {
    if (seq <= this.top) return;
    this.top = seq;
    // its fate was told before it was read
    if (this.get(seq) !== unknown) return;
    const index = this.indexOf(tenant);
    this.set(seq, firstTenant + index);
    this.awaitingByTenant[index] = (this.awaitingByTenant[index] ?? 0) + 1;
  }

  /** EVENTS has nothing more at or below. */
  readOn(seq: number): void {
    this.top = Math.max(this.top, seq);
  }

  tell(seq: number): FateNews {
    if (seq <= this.base) return this.lost.delete(seq) ? 'found' : 'repeated';
    const before = this.get(seq);
    if (before === told) return 'repeated';
    this.noLongerAwaiting(before);
    this.setTold(seq);
    return 'told';
  }

  /**
   * Decides all at or below `floor`: the log has been read as far as it can tell of them.
   * @returns those of which it did not
   */
  settle(floor: number): { readonly seq: number; readonly tenant: string }[] {
    const lost: { seq: number; tenant: string }[] = [];
    const upTo = Math.min(floor, this.top);
    for (let seq = this.nextKnown(this.base + 1); seq <= upTo; seq = this.nextKnown(seq + 1)) {
      const value = this.get(seq);
      if (value < firstTenant) continue;
      this.noLongerAwaiting(value);
      lost.push({ seq, tenant: this.tenants[value - firstTenant] ?? '' });
    }
    this.moveBase(upTo);
    return lost;
  }

  /**
   * EVENTS was lost, and made again: nothing is there any more at or below this position, nor will be.
   * @returns those that were accepted, and of which the log did not tell
   */
  passOver(seq: number): { readonly seq: number; readonly tenant: string }[] {
    this.readOn(seq);
    return this.settle(seq);
  }

  /** Lets go what is told already, but for the last so many, whose neighbours may still be told of. */
  letGo(keep: number): void {
    let next = this.base;
    while (next + 1 <= this.top - keep && this.get(next + 1) < firstTenant) next += 1;
    this.moveBase(next);
  }

  /** Whose it was, of a position that was found lost. */
  lostBy(seq: number): string | undefined {
    return this.lost.get(seq);
  }

  /** How many are known to be lost, one by one. */
  get lostCount(): number {
    return this.lost.size;
  }

  /** Counted as lost from now on, until its fate is told. */
  remember(seq: number, tenant: string): void {
    this.lost.set(seq, tenant);
  }

  /** Tenants of which events have no fate yet, and how many. */
  awaiting(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    this.awaitingByTenant.forEach((count, index) => {
      if (count > 0) counts.set(this.tenants[index] ?? '', count);
    });
    return counts;
  }

  state(): EventLedgerState {
    const bits = new Uint8Array(Math.ceil(Math.max(0, this.toldTo - this.base) / 8));
    for (let n = 0; n < bits.length * 8; n++) {
      if (this.get(this.base + 1 + n) === told) bits[n >> 3] = (bits[n >> 3] ?? 0) | (1 << (n & 7));
    }
    return { base: this.base, toldBits: bits };
  }

  private setTold(seq: number): void {
    this.set(seq, told);
    this.toldTo = Math.max(this.toldTo, seq);
  }

  private noLongerAwaiting(value: number): void {
    if (value < firstTenant) return;
    const index = value - firstTenant;
    this.awaitingByTenant[index] = (this.awaitingByTenant[index] ?? 0) - 1;
  }

  private moveBase(to: number): void {
    if (to <= this.base) return;
    for (const chunk of this.chunks.keys()) {
      if ((chunk + 1) * chunkSize - 1 <= to) this.chunks.delete(chunk);
    }
    this.base = to;
  }

  private indexOf(tenant: string): number {
    let index = this.tenantIndex.get(tenant);
    if (index === undefined) {
      index = this.tenants.push(tenant) - 1;
      this.tenantIndex.set(tenant, index);
    }
    return index;
  }

  /** The first position from this one on that may be known, or `Infinity`: what was passed over is long. */
  private nextKnown(seq: number): number {
    const chunk = Math.floor(seq / chunkSize);
    if (this.chunks.has(chunk)) return seq;
    return Math.min(...[...this.chunks.keys()].filter((each) => each > chunk)) * chunkSize;
  }

  private get(seq: number): number {
    return this.chunks.get(Math.floor(seq / chunkSize))?.[seq % chunkSize] ?? unknown;
  }

  private set(seq: number, value: number): void {
    const number = Math.floor(seq / chunkSize);
    let chunk = this.chunks.get(number);
    if (!chunk) this.chunks.set(number, (chunk = new Uint32Array(chunkSize)));
    chunk[seq % chunkSize] = value;
  }
}
