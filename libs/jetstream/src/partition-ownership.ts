import { delivererPresenceSubject, ownerNudgeSubject } from '@postel/contracts';
import type { Subscription } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { requestOne } from './atomic-batch.js';
import type { Broker } from './connect-broker.js';

/** What a process of the fleet says of itself. */
interface Presence {
  readonly id: string;
  /** What it owns, and what its broker forgot that it owns: nobody else takes that. */
  readonly owned: readonly number[];
  /** What it has under way of partitions that it gave up: how much of each endpoint. */
  readonly stillOpen?: Readonly<Record<string, number>>;
  /** It takes nothing any more. */
  readonly isLeaving?: boolean;
}

/** What a partition's former owners have not ended yet counts for its owner, too. */
export interface HandOver {
  /** By endpoint, what this process has under way of partitions that are no longer its own. */
  stillOpen(): ReadonlyMap<string, number>;
  /** By endpoint, what all others have; called at every change. */
  openElsewhere(counts: ReadonlyMap<string, number>): void;
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
  readonly handOver: HandOver;
}

/** What runs the consumer of one lane of a partition. */
export interface LaneRunner {
  pause(graceMs: number): Promise<void>;
  resume(): void;
  /** Resolves when nothing is in work, or after `graceMs`. */
  untilIdle(graceMs: number): Promise<void>;
}

const roundMs = 1_000;
/** A process that said nothing for so long, although it would have been heard, is gone. */
const goneAfterMs = 3_500;
/** A process that starts hears first what others have: after a broker's restart they connect again within 0.5 s, and say it. */
const listenMs = 750;
/** A broker that was restarted, or has another leader, forgets whom it pinned: so long it is left to those to be it again. */
const reclaimMs = 3_000;
/** Rounds in which nobody owned a partition before it is sent a nudge. */
const roundsBeforeNudge = 2;
/** … and before even those that have their share offer to take it: better one too many than nobody. */
const roundsBeforeAnyone = 5;
/** How often it is said what is still under way of what was given up. */
const sayStillOpenMs = 200;
/** How long what is in work of a released partition may hold up the next owner; then it is told what is left. */
const handOverGraceMs = 1_000;
/** For so long a released partition is left to others. */
const leftToOthersMs = 3_000;

/**
 * One owner a partition, over all processes. The broker decides who: whoever it pins on the consumer of first attempts
 * owns the partition, and only then pulls its other lanes too, so that what an endpoint may take is counted in one place.
 *
 *   not ours ──(pinned by the first message, a nudge if there is none)──▶ ours ──(unpinned, or released)──▶ not ours
 *
 * A process that owns more than its share releases some, one after the other. Nobody offers to take what another says it
 * has: after a restart of the broker, which also forgets what was handed out and acknowledged last, a partition goes to
 * the process that knows what it did, and not to one that would do it again.
 */
export class PartitionOwnership {
  readonly owned = new Set<number>();
  private readonly leaders = new Map<number, LaneRunner>();
  private readonly followers = new Map<number, LaneRunner[]>();
  private readonly listeners: ((partition: number, isOwner: boolean) => void)[] = [];
  private readonly others = new Map<string, Presence & { readonly seenAtMs: number }>();
  private readonly unownedRounds = new Map<number, number>();
  private readonly releasing = new Set<number>();
  /** What the broker took from us and no other has, with the time until which we want it back. */
  private readonly reclaimed = new Map<number, number>();
  private listeningSinceMs = 0;
  private reconnectedAtMs = 0;
  private isStarted = false;
  private isSoon = false;
  private presence: Subscription | null = null;
  private timer: NodeJS.Timeout | undefined;
  private sayingAgain: NodeJS.Timeout | undefined;
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

  /** Hears what others have, before {@link start}. */
  listen(): void {
    this.presence = this.broker.nc.subscribe(delivererPresenceSubject, {
      callback: (error, message) => (error ? undefined : this.hear(message.json<Presence>())),
    });
    this.broker.onReconnect(() => {
      this.reconnectedAtMs = Date.now();
      this.soon();
    });
    this.listeningSinceMs = Date.now();
    this.say();
  }

  /** Resolves when it takes part, having heard what others have. */
  async start(): Promise<void> {
    await delay(Math.max(0, this.listeningSinceMs + listenMs - Date.now()));
    if (this.stopped) return;
    this.isStarted = true;
    this.timer = setInterval(() => this.round(), roundMs);
    this.round();
  }

  /** Takes nothing any more; what is owned is given up with its runners. Until {@link close} it says what is still open. */
  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
    this.presence?.unsubscribe();
    this.say();
  }

  /** Nothing of it is under way any more. */
  close(): void {
    this.say();
    clearTimeout(this.sayingAgain);
  }

  /** What the leading runner tells. */
  changed(partition: number, isOwner: boolean): void {
    if (this.owned.has(partition) === isOwner) return;
    if (isOwner) {
      this.owned.add(partition);
      this.reclaimed.delete(partition);
    } else {
      this.owned.delete(partition);
      if (!this.releasing.has(partition)) this.reclaimed.set(partition, Date.now() + reclaimMs);
    }
    this.soon();
    for (const runner of this.followers.get(partition) ?? []) {
      if (isOwner) runner.resume();
      else void runner.pause(0);
    }
    for (const listener of this.listeners) listener(partition, isOwner);
  }

  private hear(said: Presence): void {
    const { id, owned } = said;
    if (id === this.options.id) return;
    const before = this.others.get(id);
    this.others.set(id, { ...said, seenAtMs: Date.now() });
    for (const partition of owned) this.reclaimed.delete(partition);
    if (said.stillOpen || before?.stillOpen) this.tellOpenElsewhere();
    // nobody would have it before the next message, or before it is seen that nobody has it
    if (said.isLeaving) for (const partition of before?.owned ?? []) this.nudge(partition);
    // a process that is new is told at once what we have; what one no longer has is offered to
    if (String(before?.owned) !== String(owned)) this.soon();
  }

  private tellOpenElsewhere(): void {
    const counts = new Map<string, number>();
    for (const { stillOpen } of this.others.values())
      for (const [endpointId, count] of Object.entries(stillOpen ?? {}))
        counts.set(endpointId, (counts.get(endpointId) ?? 0) + count);
    this.options.handOver.openElsewhere(counts);
  }

  private claims(): number[] {
    return this.stopped ? [] : [...new Set([...this.owned, ...this.reclaimed.keys()])];
  }

  private say(): void {
    if (!this.broker.isConnected()) return;
    const stillOpen = this.options.handOver.stillOpen();
    const presence: Presence = {
      id: this.options.id,
      owned: this.claims(),
      ...(stillOpen.size > 0 ? { stillOpen: Object.fromEntries(stillOpen) } : {}),
      ...(this.stopped ? { isLeaving: true } : {}),
    };
    this.broker.nc.publish(delivererPresenceSubject, JSON.stringify(presence));
    if (stillOpen.size > 0) this.sayAgain();
  }

  private sayAgain(): void {
    this.sayingAgain ??= setTimeout(() => {
      this.sayingAgain = undefined;
      this.say();
    }, sayStillOpenMs);
  }

  /** Once for all that changed in this turn. */
  private soon(): void {
    if (this.isSoon) return;
    this.isSoon = true;
    setImmediate(() => {
      this.isSoon = false;
      if (!this.broker.isConnected()) return;
      this.say();
      if (this.isStarted && !this.stopped) this.offer();
    });
  }

  private round(): void {
    if (!this.broker.isConnected()) return;
    const nowMs = Date.now();
    for (const [partition, untilMs] of this.reclaimed) {
      if (nowMs > untilMs) this.reclaimed.delete(partition);
    }
    for (const [id, { seenAtMs, stillOpen }] of this.others) {
      if (nowMs - Math.max(seenAtMs, this.broker.connectedAtMs()) <= goneAfterMs) continue;
      this.others.delete(id);
      if (stillOpen) this.tellOpenElsewhere();
    }
    this.say();
    this.nudgeUnowned();
    this.offer();
    // what was handed out and then forgotten comes at once, and should come to us
    if (nowMs < this.reconnectedAtMs + reclaimMs || this.reclaimed.size > 0) return;
    for (const partition of this.options.partitionsToRelease(this.view())) void this.release(partition);
  }

  private view(): FleetView {
    const { id: self, partitions } = this.options;
    const others = [...this.others.values()]
      .filter(({ isLeaving }) => !isLeaving)
      .map(({ id, owned }) => ({ id, ownedCount: owned.length }));
    return { self, owned: this.claims(), others, partitions };
  }

  /** Whoever has its share leaves what is free to others. */
  private offer(): void {
    const wantsMore = this.options.wantsPartition(this.view());
    const theirs = this.claimsOfOthers();
    for (const [partition, leader] of this.leaders) {
      if (this.owned.has(partition) || this.releasing.has(partition)) continue;
      const isFree = !theirs.has(partition);
      const isLeftOver = (this.unownedRounds.get(partition) ?? 0) >= roundsBeforeAnyone;
      if (this.reclaimed.has(partition) || (isFree && (wantsMore || isLeftOver))) leader.resume();
      else void leader.pause(0);
    }
  }

  private claimsOfOthers(): Set<number> {
    return new Set([...this.others.values()].flatMap(({ owned }) => owned));
  }

  private nudgeUnowned(): void {
    const claimed = new Set([...this.claims(), ...this.claimsOfOthers()]);
    for (let partition = 0; partition < this.options.partitions; partition++) {
      const rounds = claimed.has(partition) ? 0 : (this.unownedRounds.get(partition) ?? 0) + 1;
      this.unownedRounds.set(partition, rounds);
      if (rounds >= roundsBeforeNudge || this.reclaimed.has(partition)) this.nudge(partition);
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
