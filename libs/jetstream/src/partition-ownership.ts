import { delivererPresenceSubject, ownerNudgeSubject } from '@postel/contracts';
import type { Subscription } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { requestOne } from './atomic-batch.js';
import type { Broker } from './connect-broker.js';

/** What a process of the fleet says of itself. */
interface Presence {
  readonly id: string;
  readonly owned: readonly number[];
}

export interface FleetView {
  /** Unique among the processes. */
  readonly self: string;
  /** The partitions that this one owns. */
  readonly owned: readonly number[];
  readonly others: readonly { readonly id: string; readonly ownedCount: number }[];
  readonly partitions: number;
}

export interface OwnershipOptions {
  /** Of this process. */
  readonly id: string;
  readonly partitions: number;
  /** Which partitions to give up, so that the fleet becomes level. */
  readonly partitionsToRelease: (view: FleetView) => readonly number[];
  /** Whether this process should offer to take one more. */
  readonly wantsPartition: (view: FleetView) => boolean;
}

/** What runs the consumer of one lane of a partition. */
export interface LaneRunner {
  pause(graceMs: number): Promise<void>;
  resume(): void;
  /** Resolves when nothing is in work, or after `graceMs`. */
  untilIdle(graceMs: number): Promise<void>;
}

const roundMs = 1_000;
/** A process that said nothing for so long is gone. */
const goneAfterMs = 3_500;
/** Rounds in which nobody owned a partition before it is sent a nudge. */
const roundsBeforeNudge = 2;
/** … and before even those that have their share offer to take it: better one too many than nobody. */
const roundsBeforeAnyone = 5;
/** How long what is in work of a released partition may hold up the next owner. */
const handOverGraceMs = 1_000;
/** For so long a released partition is left to others. */
const leftToOthersMs = 3_000;

/**
 * One owner a partition, over all processes. The broker decides who: whoever it pins on the consumer of first attempts
 * owns the partition, and only then pulls its other lanes too, so that what an endpoint may take is counted in one place.
 *
 *   not ours ──(pinned by the first message, a nudge if there is none)──▶ ours ──(unpinned, or released)──▶ not ours
 *
 * A process that owns more than its share releases some, one after the other.
 */
export class PartitionOwnership {
  readonly owned = new Set<number>();
  private readonly leaders = new Map<number, LaneRunner>();
  private readonly followers = new Map<number, LaneRunner[]>();
  private readonly listeners: ((partition: number, isOwner: boolean) => void)[] = [];
  private readonly others = new Map<string, Presence & { readonly seenAtMs: number }>();
  private readonly unownedRounds = new Map<number, number>();
  private readonly releasing = new Set<number>();
  private presence: Subscription | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly broker: Broker,
    private readonly options: OwnershipOptions,
  ) {}

  /** @param leads whether being pinned on its consumer makes the owner */
  attach(partition: number, runner: LaneRunner, leads: boolean): void {
    if (leads) this.leaders.set(partition, runner);
    else this.followers.set(partition, [...(this.followers.get(partition) ?? []), runner]);
  }

  /** What came on the other lanes of a partition is work of its owner, too: the next one must not begin beside it. */
  async untilFollowersIdle(partition: number, graceMs: number): Promise<void> {
    const followers = this.followers.get(partition) ?? [];
    await Promise.all(followers.map((runner) => runner.untilIdle(graceMs)));
  }

  /** Called at every change, in the turn in which it becomes known. */
  onChange(listener: (partition: number, isOwner: boolean) => void): void {
    this.listeners.push(listener);
  }

  start(): void {
    this.presence = this.broker.nc.subscribe(delivererPresenceSubject, {
      callback: (error, message) => (error ? undefined : this.hear(message.json<Presence>())),
    });
    this.timer = setInterval(() => this.round(), roundMs);
    this.round();
  }

  /** Says nothing and takes nothing any more; what is owned is given up with its runners. */
  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
    this.presence?.unsubscribe();
    if (this.broker.isConnected()) this.say([]);
  }

  /** What the leading runner tells. */
  changed(partition: number, isOwner: boolean): void {
    if (this.owned.has(partition) === isOwner) return;
    if (isOwner) this.owned.add(partition);
    else this.owned.delete(partition);
    for (const runner of this.followers.get(partition) ?? []) {
      if (isOwner) runner.resume();
      else void runner.pause(0);
    }
    for (const listener of this.listeners) listener(partition, isOwner);
  }

  private hear(presence: Presence): void {
    if (presence.id === this.options.id) return;
    this.others.set(presence.id, { ...presence, seenAtMs: Date.now() });
  }

  private say(owned: readonly number[]): void {
    this.broker.nc.publish(delivererPresenceSubject, JSON.stringify({ id: this.options.id, owned }));
  }

  private round(): void {
    if (!this.broker.isConnected()) return;
    this.say([...this.owned]);
    for (const [id, { seenAtMs }] of this.others) {
      if (Date.now() - seenAtMs > goneAfterMs) this.others.delete(id);
    }
    this.nudgeUnowned();
    const others = [...this.others.values()].map(({ id, owned }) => ({ id, ownedCount: owned.length }));
    const { id: self, partitions, partitionsToRelease, wantsPartition } = this.options;
    const view = { self, owned: [...this.owned], others, partitions };
    this.offer(wantsPartition(view));
    for (const partition of partitionsToRelease(view)) void this.release(partition);
  }

  /** Whoever has its share leaves what is free to others. */
  private offer(wantsMore: boolean): void {
    for (const [partition, leader] of this.leaders) {
      if (this.owned.has(partition) || this.releasing.has(partition)) continue;
      if (wantsMore || (this.unownedRounds.get(partition) ?? 0) >= roundsBeforeAnyone) leader.resume();
      else void leader.pause(0);
    }
  }

  private nudgeUnowned(): void {
    const owned = new Set([...this.others.values()].flatMap(({ owned: theirs }) => theirs));
    for (let partition = 0; partition < this.options.partitions; partition++) {
      const isOwned = this.owned.has(partition) || owned.has(partition);
      const rounds = isOwned ? 0 : (this.unownedRounds.get(partition) ?? 0) + 1;
      this.unownedRounds.set(partition, rounds);
      if (rounds >= roundsBeforeNudge) this.nudge(partition);
    }
  }

  /** One in a while is enough, whoever sends it. */
  private nudge(partition: number): void {
    const message = {
      subject: ownerNudgeSubject(partition),
      payload: new Uint8Array(0),
      messageId: `nudge:${partition}:${Math.floor(Date.now() / (2 * roundMs))}`,
    };
    requestOne(this.broker, message, roundMs).catch(() => undefined); // the next round tries again
  }

  private async release(partition: number): Promise<void> {
    const leader = this.leaders.get(partition);
    if (!leader || this.releasing.has(partition)) return;
    this.releasing.add(partition);
    try {
      await leader.pause(handOverGraceMs);
      this.nudge(partition);
      await delay(leftToOthersMs, undefined, { ref: false });
      if (!this.stopped) leader.resume();
    } finally {
      this.releasing.delete(partition);
    }
  }
}
