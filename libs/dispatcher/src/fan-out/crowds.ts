import { ItemQueue, Ring, type RingNode } from '@postel/domain';

export interface CrowdLimits {
  /** A type of a tenant of which more than this is in work is a crowd. */
  readonly ofType: number;
  /** … and every type of a tenant of which more than this is, where there are other tenants. */
  readonly ofTenant: number;
  /** Of crowds so much goes on at once, so that others always have room. */
  readonly underWay: number;
  /** What waits beside the window, to get at what stands behind it. */
  readonly aside: number;
  readonly asideBytes: number;
}

/** Events of one type and tenant: how many are in work, and which of them wait. */
export interface TypeLane<Item> extends RingNode<TypeLane<Item>> {
  readonly type: string;
  readonly tenant: TenantLane<Item>;
  readonly waiting: ItemQueue<Item>;
  inWork: number;
}

interface TenantLane<Item> {
  readonly name: string;
  readonly types: Map<string, TypeLane<Item>>;
  inWork: number;
}

export interface Taken<Item> {
  readonly item: Item;
  readonly lane: TypeLane<Item>;
}

/**
 * Which events are of a crowd. In EVENTS ten thousand of one type stand before everything that was accepted after them;
 * those are set aside here and go on in turn, in small parts, and what is of no crowd passes them.
 *
 *     enter ──(of no crowd)──────────────────▶ leave
 *       ╰──▶ setAside ──▶ waiting ──take──▶ under way ──▶ leave
 */
export class Crowds<Item extends { readonly sizeBytes: number }> {
  private readonly tenants = new Map<string, TenantLane<Item>>();
  /** Of which something waits. */
  private readonly crowds = new Ring<TypeLane<Item>>();
  private waiting = 0;
  private waitingBytes = 0;

  /** @param hasSeveralTenants whether a tenant can be in the way of another */
  constructor(
    private readonly limits: CrowdLimits,
    private readonly hasSeveralTenants: () => boolean,
  ) {}

  /** Of what waits so much takes nothing of the window: it has its turn after what is still to come. */
  get aside(): number {
    return Math.min(this.waiting, this.limits.aside);
  }

  /** More is not to be read for what may stand behind. */
  get isFull(): boolean {
    return this.waiting >= this.limits.aside || this.waitingBytes >= this.limits.asideBytes;
  }

  /** How many wait, of all crowds. */
  get size(): number {
    return this.waiting;
  }

  /** Whose turn is next. */
  get next(): TypeLane<Item> | null {
    return this.crowds.first;
  }

  /** One more is in work. */
  enter(tenant: string, type: string): TypeLane<Item> {
    const lane = this.laneOf(tenant, type);
    lane.inWork += 1;
    lane.tenant.inWork += 1;
    return lane;
  }

  /** Whether the one that entered last has to be set aside. */
  isCrowd({ inWork, tenant, waiting }: TypeLane<Item>): boolean {
    const { ofTenant, ofType } = this.limits;
    return waiting.size > 0 || inWork > ofType || (tenant.inWork > ofTenant && this.hasSeveralTenants());
  }

  /** @param sinceMs when it began to wait */
  setAside(lane: TypeLane<Item>, item: Item, sinceMs: number): void {
    lane.waiting.push(item, sinceMs);
    this.waiting += 1;
    this.waitingBytes += item.sizeBytes;
    this.crowds.add(lane);
  }

  /**
   * The next that go on, of one crowd after the other; each is to {@link leave}.
   * @param underWay of crowds at present
   */
  take(most: number, underWay: number): readonly Taken<Item>[] {
    return this.takeNext(Math.min(most, this.limits.underWay - underWay));
  }

  /** Everything that waits. */
  takeAll(): readonly Taken<Item>[] {
    return this.takeNext(this.waiting);
  }

  /** One less is in work. */
  leave(lane: TypeLane<Item>): void {
    const { tenant } = lane;
    lane.inWork -= 1;
    tenant.inWork -= 1;
    if (lane.inWork > 0) return;
    tenant.types.delete(lane.type);
    if (tenant.types.size === 0) this.tenants.delete(tenant.name);
  }

  private takeNext(count: number): readonly Taken<Item>[] {
    const taken: Taken<Item>[] = [];
    for (let lane = this.crowds.first; lane && taken.length < count; lane = this.crowds.first) {
      this.crowds.turn();
      while (taken.length < count) {
        const item = lane.waiting.takeFirst();
        if (item === undefined) break;
        taken.push({ item, lane });
        this.waiting -= 1;
        this.waitingBytes -= item.sizeBytes;
      }
      if (lane.waiting.size === 0) this.crowds.remove(lane);
    }
    return taken;
  }

  private laneOf(name: string, type: string): TypeLane<Item> {
    let tenant = this.tenants.get(name);
    if (!tenant) this.tenants.set(name, (tenant = { name, types: new Map(), inWork: 0 }));
    let lane = tenant.types.get(type);
    if (!lane) {
      lane = { type, tenant, waiting: new ItemQueue(), inWork: 0, next: null, previous: null };
      tenant.types.set(type, lane);
    }
    return lane;
  }
}
