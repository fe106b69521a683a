import { followStream, type Broker, type IncomingMessage } from '@postel/jetstream';
import type { Logger } from '@postel/telemetry';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { LiveAnswersOptions } from './live-answers.js';
import { keepAliveText, textOf, type LiveMessage, type LiveSource } from './live-message.js';
import { endOfMessage, isBehind, nextMessageOf, type LivePosition } from './live-position.js';
import type { Beginning } from './where-to-begin.js';

export interface LiveAnswerParts {
  readonly broker: Broker;
  readonly logger: Logger;
  readonly options: LiveAnswersOptions;
  readonly nowMs: () => number;
  readonly isStillGood: () => Promise<boolean>;
}

/** Why it ended: the client, what had been given to it, or whom it reads from. */
export type EndReason =
  'client_gone' | 'client_too_slow' | 'access_ended' | 'broker_away' | 'stopping' | 'failed';

/** Of LOG at once: together with what the stream to the client buffers, all that a slow reader makes this hold. */
const messagesAtOnce = 8;
/** Whoever read nothing for so long may have been passed by the end of the retention. */
const lookBackAfterMs = 10_000;
/** What is on its way when it ends has this long to arrive. */
const lastBytesMs = 1_000;

/**
 * One answer that goes on. It reads on when the client has taken what there was, so that a slow client costs the broker
 * nothing but a position.
 *
 *   ready ──▶ following LOG ◀──(broker away for a moment, client slow: the same position again)──╮
 *                 ├───────────────────────────────────────────────────────────────────────────────╯
 *                 ╰──(client gone or too slow, access ended, broker away, stopping)──▶ ended
 */
export class LiveAnswer {
  readonly body = new PassThrough();
  private readonly over = new AbortController();
  private reached: LivePosition;
  private readAtMs: number;
  private told = 0;
  private why: EndReason = 'failed';

  constructor(
    private readonly parts: LiveAnswerParts,
    private readonly beginning: Beginning,
  ) {
    this.reached = beginning.position;
    this.readAtMs = parts.nowMs();
    this.body.once('close', () => this.end('client_gone'));
  }

  end(why: EndReason): void {
    if (this.over.signal.aborted) return;
    this.why = why;
    this.over.abort();
  }

  /** @returns when it has ended: how many messages it had, and why */
  async run(source: LiveSource): Promise<{ readonly messages: number; readonly ended: EndReason }> {
    const { broker, logger, options } = this.parts;
    const timers = [
      setInterval(() => this.keepAlive(), options.keepAliveMs),
      setInterval(() => void this.checkAccess(), options.checkAccessMs),
    ];
    try {
      await this.begin();
      await followStream(broker, {
        stream: 'LOG',
        filters: source.filters,
        start: { after: nextMessageOf(this.reached) - 1 },
        maxBatch: messagesAtOnce,
        signal: this.over.signal,
        onBatch: (batch) => this.tell(batch, source),
        onIdle: (upTo) => Promise.resolve(this.moveTo(endOfMessage(upTo))),
        onTrouble: (error) => logger.warn({ err: error }, 'a live answer waits: LOG is not to be read'),
      });
    } finally {
      for (const timer of timers) clearInterval(timer);
      this.endBody();
    }
    return { messages: this.told, ended: this.why };
  }

  private async begin(): Promise<void> {
    const { isGone, position } = this.beginning;
    // also when it is over already: then it says from where to go on elsewhere
    this.body.write(textOf({ position, event: 'ready', data: {} }));
    if (isGone) await this.tellReset(position);
  }

  private async tell(batch: readonly IncomingMessage[], source: LiveSource): Promise<void> {
    const { nowMs } = this.parts;
    if (nowMs() - this.readAtMs > lookBackAfterMs) await this.lookBack();
    for await (const message of source.messagesOf(batch)) {
      // after trouble a batch comes again
      if (!isBehind(message.position, this.reached)) continue;
      await this.write(textOf(message));
      if (this.over.signal.aborted) return;
      this.told += 1;
      this.moveTo(message.position);
    }
    const last = batch.at(-1);
    if (last) this.moveTo(endOfMessage(last.seq));
    this.readAtMs = nowMs();
  }

  /** A stream that is purged past its reader goes on without a word. */
  private async lookBack(): Promise<void> {
    const { state } = await this.parts.broker.jsm.streams.info('LOG');
    if (nextMessageOf(this.reached) < state.first_seq)
      await this.tellReset(endOfMessage(state.first_seq - 1));
  }

  private async tellReset(position: LivePosition): Promise<void> {
    const reset: LiveMessage = { position, event: 'reset', data: { reason: 'position_gone' } };
    await this.write(textOf(reset));
    this.moveTo(position);
  }

  private moveTo(position: LivePosition): void {
    if (isBehind(position, this.reached)) this.reached = position;
  }

  /** Resolves when there is room for more, or it is over. */
  private async write(text: string): Promise<void> {
    const { signal } = this.over;
    if (signal.aborted || this.body.write(text)) return;
    const late = setTimeout(() => this.end('client_too_slow'), this.parts.options.patienceMs);
    await once(this.body, 'drain', { signal }).catch(() => undefined); // it is over
    clearTimeout(late);
  }

  /** Says that it is there, which would not be true without the broker: nothing could be told. */
  private keepAlive(): void {
    if (!this.parts.broker.isConnected()) return this.end('broker_away');
    // what is not taken yet says the same
    if (!this.body.writableNeedDrain) void this.write(keepAliveText(this.reached));
  }

  private async checkAccess(): Promise<void> {
    try {
      if (!(await this.parts.isStillGood())) this.end('access_ended');
    } catch (error) {
      this.parts.logger.error({ err: error }, 'a live answer cannot tell whether its credential is good');
      this.end('failed');
    }
  }

  /** A client that does not read does not hold up what ends. */
  private endBody(): void {
    if (this.body.destroyed) return;
    this.body.end();
    const late = setTimeout(() => this.body.destroy(), lastBytesMs);
    this.body.once('close', () => clearTimeout(late));
  }
}
