import { defaultTenant, natsHeaders } from '@postel/contracts';
import { retryAfter, type HandOuts, type IncomingMessage, type Outcome } from '@postel/jetstream';
import type { Meters } from '@postel/telemetry';
import type { Crowds, TypeLane } from './crowds.js';
import type { FanOut } from './fan-out.js';

/** An event that was set aside, and whoever waits for what becomes of it. */
export interface PendingEvent {
  readonly message: IncomingMessage;
  readonly sizeBytes: number;
  readonly settle: (outcome: Promise<Outcome>) => void;
}

/** That an event of no crowd went on, and when. */
interface Passed {
  readonly tenant: string;
  readonly type: string;
  atMs: number;
}

/** What stands behind a crowd has come when nothing more came for this long. */
const readingMs = 25;
/**
 * A crowd gives way for so long after something of no crowd came, unless something ordered did, which waits for all that
 * was accepted before it, the crowd too. Each part of it rests …
 */
const givesWayMs = 1_000;
/** … this many times as long as the part before it took. */
const restsFor = 2;
/** What has waited longer than this gives way no more: a backlog must be worked off. */
const longestWaitMs = 5_000;
/** A part of a crowd is so large, beside others and alone. What comes meanwhile has to wait for no more. */
const part = { givingWay: 128, alone: 512 };

/**
 * Before the fan-out: what is of no crowd goes on at once. A crowd waits until what stands behind it has been read; then
 * it goes on in parts, and gives way to others.
 */
export class FanOutInTurn {
  /** Messages that stand behind what came last. */
  private behind = 0;
  private arrivedAtMs = 0;
  /** What passed last, and what passed last of another type or tenant than that. */
  private last: Passed | null = null;
  private other: Passed | null = null;
  private restsUntilMs = 0;
  private underWay = 0;
  private timer: NodeJS.Timeout | undefined;
  private handedOutSinceMs = 0;

  constructor(
    private readonly fanOut: Pick<FanOut, 'handle' | 'orderedAtMs'>,
    private readonly handOuts: Pick<HandOuts, 'sinceMs'>,
    private readonly crowds: Crowds<PendingEvent>,
    private readonly tenantExists: (tenant: string) => boolean,
    private readonly meters: Pick<Meters, 'eventsWaiting'>,
    private readonly nowMs: () => number,
  ) {}

  async handle(batch: readonly IncomingMessage[]): Promise<readonly Promise<Outcome>[]> {
    this.giveBackEarlier();
    this.arrivedAtMs = this.nowMs();
    this.behind = batch.at(-1)?.behind ?? 0;
    const { crowds } = this;
    const others: IncomingMessage[] = [];
    const lanes: TypeLane<PendingEvent>[] = [];
    const setAside = batch.map((message) => {
      const lane = crowds.enter(this.tenantOf(message), message.subject);
      if (crowds.isCrowd(lane)) return this.setAside(lane, message);
      lanes.push(lane);
      others.push(message);
      return null;
    });
    for (const lane of lanes) this.notePassed(lane);
    const passing = others.length > 0 ? this.fanOutAll(others, lanes) : [];
    this.goOn();
    const passed = await passing;
    if (others.length === batch.length) return passed;
    let next = 0;
    return setAside.map((outcome) => outcome ?? (passed[next++] as Promise<Outcome>));
  }

  private notePassed({ tenant, type }: TypeLane<PendingEvent>): void {
    const atMs = this.arrivedAtMs;
    if (this.last?.type === type && this.last.tenant === tenant.name) this.last.atMs = atMs;
    else [this.last, this.other] = [{ tenant: tenant.name, type, atMs }, this.last];
  }

  /** The first ones of a crowd, which came before it was one, are no others. */
  private othersAtMs(): number {
    const { last, other } = this;
    const crowd = this.crowds.next;
    const isOwn = last?.type === crowd?.type && last?.tenant === crowd?.tenant.name;
    return (isOwn ? other : last)?.atMs ?? 0;
  }

  /** What names no tenant of ours must not be of another crowd for every name that it invents. */
  private tenantOf(message: IncomingMessage): string {
    const named = message.header(natsHeaders.tenant);
    return named !== undefined && this.tenantExists(named) ? named : defaultTenant;
  }

  private setAside(lane: TypeLane<PendingEvent>, message: IncomingMessage): Promise<Outcome> {
    const outcome = new Promise<Outcome>((settle) => {
      const event = { message, settle, sizeBytes: message.payload.length };
      this.crowds.setAside(lane, event, message.storedAtMs);
    });
    // it may fail before what came with it is through: whoever waits for the batch is told then
    outcome.catch(() => undefined);
    return outcome;
  }

  /**
   * What was set aside before the connection or the durable was lost comes once more, as if for the first time. From a
   * broker that was not killed it does so, too, since it is given back.
   */
  private giveBackEarlier(): void {
    const sinceMs = this.handOuts.sinceMs();
    if (sinceMs === this.handedOutSinceMs) return;
    this.handedOutSinceMs = sinceMs;
    for (const { item, lane } of this.crowds.takeAll()) {
      item.settle(Promise.resolve(retryAfter(0)));
      this.crowds.leave(lane);
    }
  }

  /** With the next part of a crowd, when its time has come. */
  private goOn(): void {
    clearTimeout(this.timer);
    this.giveBackEarlier();
    this.meters.eventsWaiting.set(this.crowds.size);
    if (this.crowds.size === 0) return;
    const nowMs = this.nowMs();
    const givesWay =
      nowMs - this.othersAtMs() < givesWayMs &&
      nowMs - this.fanOut.orderedAtMs() >= givesWayMs &&
      nowMs - (this.crowds.next?.waiting.firstAtMs ?? Infinity) < longestWaitMs;
    if (givesWay && this.underWay > 0) return; // it goes on after that
    const isReading = this.behind > 0 && !this.crowds.isFull;
    const untilMs = Math.max(isReading ? this.arrivedAtMs + readingMs : 0, givesWay ? this.restsUntilMs : 0);
    if (untilMs > nowMs) {
      this.timer = setTimeout(() => this.goOn(), untilMs - nowMs);
      return;
    }
    void this.fanOutPart(givesWay ? part.givingWay : part.alone);
  }

  private async fanOutPart(most: number): Promise<void> {
    const taken = this.crowds.take(most, this.underWay);
    if (taken.length === 0) return; // so much is under way
    const beganAtMs = this.nowMs();
    this.underWay += taken.length;
    const messages = taken.map(({ item }) => item.message);
    const lanes = taken.map(({ lane }) => lane);
    const outcomes = await this.fanOutAll(messages, lanes);
    taken.forEach(({ item }, index) => item.settle(outcomes[index] as Promise<Outcome>));
    // alone it goes on when this part is under way
    setImmediate(() => this.goOn());
    await Promise.allSettled(outcomes);
    this.underWay -= taken.length;
    const endedAtMs = this.nowMs();
    this.restsUntilMs = endedAtMs + restsFor * (endedAtMs - beganAtMs);
    this.goOn();
  }

  private async fanOutAll(
    messages: readonly IncomingMessage[],
    lanes: readonly TypeLane<PendingEvent>[],
  ): Promise<readonly Promise<Outcome>[]> {
    const outcomes = await this.outcomesOf(messages);
    void Promise.allSettled(outcomes).then(() => {
      for (const lane of lanes) this.crowds.leave(lane);
    });
    return outcomes;
  }

  private async outcomesOf(messages: readonly IncomingMessage[]): Promise<readonly Promise<Outcome>[]> {
    try {
      return await this.fanOut.handle(messages);
    } catch (error) {
      return messages.map(() => Promise.reject(error as Error));
    }
  }
}
