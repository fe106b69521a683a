import { dispatcherConsumer, projectionFilters } from '@postel/contracts';
import { consumedUpTo, eraseMessage, positionedFacts, runProjection } from '@postel/jetstream';
import type { OpenErasure } from '@postel/postgres';
import { Upkeep } from '@postel/telemetry';
import type { MetricsParts } from '../parts.js';

const lookEveryMs = 1_000;
/** Erasures that are read at once. */
const roundSize = 100;

/** How far others have come with the streams. */
interface StreamsNow {
  /** Position in EVENTS up to which everything has been fanned out. */
  readonly fannedOutUpTo: number;
  readonly lastDelivery: number;
  readonly firstDelivery: number;
}

/**
 * Erases the payloads of events, as the log orders it. First no table takes such a payload any more; then it is taken
 * out of all that has it, again and again until nothing has: each step may be repeated, by any number of processes, so
 * that a crash, or a service that is away, only delays it.
 *
 *   event.erased ──▶ recorded ──▶ tables bared ──(fanned out)──▶ gone from EVENTS ──(DELIVERIES past it)──▶ finished
 *
 * EVENTS keeps it until it was fanned out: a message that is missing would never be, and the figures would not add up.
 */
export class EraseEvents {
  private readonly stopped = new AbortController();
  private readonly upkeep: Upkeep;
  private recording: Promise<void> = Promise.resolve();

  constructor(private readonly parts: MetricsParts) {
    const { logger, nowMs } = parts;
    const trouble = 'payloads of events are not erased for now';
    const work = (stopped: AbortSignal) => this.eraseAll(stopped);
    this.upkeep = new Upkeep({ name: 'erase-events', everyMs: lookEveryMs, trouble, logger, nowMs, work });
  }

  start(): void {
    this.recording = this.record();
    this.upkeep.start();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all([this.recording, this.upkeep.stop()]);
  }

  private record(): Promise<void> {
    const { broker, database, logger, tables } = this.parts;
    return runProjection(broker, {
      name: 'event-erasures',
      stream: 'LOG',
      filters: projectionFilters['event-erasures'],
      store: { acquire: (name) => database().projections.acquire(name) },
      signal: this.stopped.signal,
      prepare: (batch) => ({
        write: (tx) =>
          database().erasedEvents.record(
            tx,
            positionedFacts(batch).flatMap(({ fact }) =>
              fact.fact !== 'event.erased' || tables.deletedTenants.isErased(fact.tenant, fact.acceptedAtMs)
                ? []
                : [fact],
            ),
          ),
      }),
      onTrouble: (message, error) => logger.warn({ err: error }, message),
    });
  }

  private async eraseAll(stopped: AbortSignal): Promise<void> {
    const { erasedEvents } = this.parts.database();
    let streams: StreamsNow | null = null;
    for (let afterSeq = 0; !stopped.aborted;) {
      const open = await erasedEvents.open(afterSeq, roundSize);
      const last = open.at(-1);
      if (!last) return;
      streams ??= await this.streamsNow();
      for (const erasure of open) await this.erase(erasure, streams);
      afterSeq = last.eventSeq;
    }
  }

  private async streamsNow(): Promise<StreamsNow> {
    const { broker } = this.parts;
    const { stream, durable } = dispatcherConsumer;
    const dispatcher = await broker.jsm.consumers.info(stream, durable);
    const fannedOutUpTo = await consumedUpTo(broker, dispatcher);
    // what a fan-out published lies at or below the end that the stream has after it
    const { state } = await broker.jsm.streams.info('DELIVERIES');
    return { fannedOutUpTo, lastDelivery: state.last_seq, firstDelivery: state.first_seq };
  }

  private async erase(erasure: OpenErasure, streams: StreamsNow): Promise<void> {
    const { broker, database, logger, nowMs } = this.parts;
    const { eventSeq, tenant, eventId, deliveriesUpTo } = erasure;
    const { erasedEvents } = database();
    await erasedEvents.bareDeliveries(erasure, nowMs());
    if (streams.fannedOutUpTo < eventSeq) return;
    if (deliveriesUpTo === null) {
      await eraseMessage(broker, 'EVENTS', eventSeq);
      return erasedEvents.noteDeliveries(eventSeq, streams.lastDelivery);
    }
    if (streams.firstDelivery <= deliveriesUpTo) return;
    await erasedEvents.finish(eventSeq);
    logger.info({ tenant, eventId, eventSeq }, 'payload of an event erased');
  }
}
