import { defaultTenant, natsHeaders, type ErrorCode } from '@postel/contracts';
import {
  eventHeadersOf,
  isInboundType,
  parseEventType,
  readBinaryCloudEvent,
  readHttpEvent,
  readHttpEventText,
  readNatsEvent,
  readStructuredCloudEvent,
  readStructuredCloudEventText,
  sameEvent,
  type AcceptedEvent,
  type NatsEventReading,
} from '@postel/domain';
import { refuse, RefusalError, type Principal } from '@postel/http-api';
import {
  isBrokerUnavailable,
  PublishError,
  readMessage,
  type OutgoingMessage,
  type Published,
} from '@postel/jetstream';
import type { IngestParts } from '../parts.js';
import { countFromZero } from './count-from-zero.js';
import { EventTypeRules } from './event-type-rules.js';
import { sendEvent } from './send-event.js';

export interface PublishedEvent {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly duplicate: boolean;
}

export interface AcceptContext {
  readonly principal: Principal;
  /** Of what accepts it: the request, or without tracing the producer. */
  readonly traceparent: string | undefined;
}

type Reading = ReturnType<typeof readHttpEvent>;

/**
 * Takes an event at the HTTP door: understood, then on disk, then acknowledged. Everything that is refused is refused
 * before it is published.
 */
export class AcceptEvent {
  private readonly eventTypes: EventTypeRules;
  /** By order: what is not published yet, because it or something before it waits. */
  private readonly waitingOf = new Map<string, Promise<void>>();

  constructor(private readonly parts: IngestParts) {
    this.eventTypes = new EventTypeRules(parts);
    countFromZero(parts.meters, 'http');
  }

  /** @throws {RefusalError} */
  accept(body: Uint8Array, context: AcceptContext): Promise<PublishedEvent> {
    return this.publish(readHttpEvent(body, this.readingContext()), context);
  }

  /** One item of a batch, as its raw JSON text. @throws {RefusalError} */
  acceptText(text: string, context: AcceptContext): Promise<PublishedEvent> {
    return this.publish(readHttpEventText(text, this.readingContext()), context);
  }

  /** @param headers of one in binary mode, name and value @throws {RefusalError} */
  acceptCloudEvent(
    body: Uint8Array,
    headers: Iterable<readonly [name: string, value: string]> | null,
    context: AcceptContext,
  ): Promise<PublishedEvent> {
    const reading = headers
      ? readBinaryCloudEvent(body, headers, this.readingContext())
      : readStructuredCloudEvent(body, this.readingContext());
    return this.publish(reading, context);
  }

  /** One item of a batch of CloudEvents. @throws {RefusalError} */
  acceptCloudEventText(text: string, context: AcceptContext): Promise<PublishedEvent> {
    return this.publish(readStructuredCloudEventText(text, this.readingContext()), context);
  }

  /** What {@link accept} would publish, judged as it does, and not published. @throws {RefusalError} */
  read(body: Uint8Array, principal: Principal): AcceptedEvent {
    const reading = readHttpEvent(body, this.readingContext());
    if (!reading.ok) throw new RefusalError(reading.refusal);
    const { firstWords } = this.parts;
    const word = firstWordOf(reading.event.type);
    if (!firstWords.has(word) && firstWords.isFull(word, principal)) refuse('too_many_event_families');
    this.eventTypes.judge(principal.tenant, reading.event);
    return reading.event;
  }

  /**
   * An event of a source, which nobody else may publish. The types of its provider come into the catalogue of a tenant
   * that is strict too: that is for what its own producers say.
   * @param isKnownAgain its id is the same when it is sent again
   * @throws {RefusalError}
   */
  async publishInbound(
    event: AcceptedEvent,
    source: {
      readonly id: string;
      readonly tenant: string;
      readonly isKnownAgain: boolean;
      readonly traceparent: string | undefined;
    },
  ): Promise<Published> {
    const { tenant } = source;
    const actor = `source:${source.id}`;
    try {
      await this.eventTypes.admit(tenant, event, actor, { evenIfStrict: true });
      const message = this.messageOf(event, source.isKnownAgain, source);
      return await this.publishToKnownSubject(message, { eventId: event.id, tenant });
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  }

  private readingContext(): Parameters<typeof readHttpEvent>[1] {
    const { maxEventBytes, newId, nowMs } = this.parts;
    return { newId: newId('evt'), nowMs: nowMs(), maxBytes: maxEventBytes };
  }

  private async publish(reading: Reading, context: AcceptContext): Promise<PublishedEvent> {
    try {
      if (!reading.ok) throw new RefusalError(reading.refusal);
      const published = await this.store(reading, context);
      if (!published.duplicate) this.parts.meters.eventsAccepted.inc({ door: 'http' });
      return published;
    } catch (error) {
      const refusal = refusalOf(error);
      this.parts.meters.eventsRejected.inc({ door: 'http', code: rejectionCodeOf(error) });
      throw refusal ?? error;
    }
  }

  private async store(
    reading: Extract<Reading, { ok: true }>,
    context: AcceptContext,
  ): Promise<PublishedEvent> {
    const { event } = reading;
    const { id, type, createdSec: created } = event;
    const { tenant } = context.principal;
    refuseInbound(type);
    const ready = this.inItsOrder(orderOf(tenant, event), this.madeReady(event, context.principal));
    if (ready) await ready;
    const message = this.messageOf(event, reading.idSupplied, { ...context, tenant });
    const { seq, duplicate } = await this.publishToKnownSubject(message, { eventId: id, tenant });
    if (!duplicate) return { id, type, created, duplicate };
    const original = await this.originalAt(seq);
    if (!original) return { id, type, created, duplicate };
    const { tenant: named, read } = original;
    const { createdSupplied: compareCreated } = reading;
    if (named !== tenant || !read.ok || !sameEvent(read.event, event, { compareCreated })) {
      throw new RefusalError({
        code: 'event_id_conflict',
        detail: `Another event was published with the id ${id}.`,
      });
    }
    // by NATS it may have got another id: a Nats-Msg-Id of our form is none that an event can have
    return { id: read.event.id, type, created: read.event.createdSec, duplicate };
  }

  /** A type or first word of its own may be new. @returns what has to be waited for, if anything */
  private madeReady(event: AcceptedEvent, principal: Principal): Promise<void> | undefined {
    const { firstWords } = this.parts;
    const { actor, tenant } = principal;
    const word = firstWordOf(event.type);
    if (firstWords.has(word)) return this.eventTypes.admit(tenant, event, actor);
    // before its type comes into the catalogue: nobody could publish it
    const unclaim = firstWords.claim(word, principal) ?? refuse('too_many_event_families');
    return this.withNewWord(word, event, principal).finally(unclaim);
  }

  private async withNewWord(word: string, event: AcceptedEvent, { actor, tenant }: Principal): Promise<void> {
    await this.eventTypes.admit(tenant, event, actor);
    await this.parts.firstWords.ensure(word, tenant);
  }

  /** What has to wait holds up what comes after it in its order, as the items of a batch do. */
  private inItsOrder(order: string | undefined, own: Promise<void> | undefined): Promise<void> | undefined {
    if (order === undefined) return own;
    const before = this.waitingOf.get(order);
    if (!own && !before) return undefined;
    const ready = Promise.all([own, before]).then(() => undefined);
    // it goes on whether this one is refused or not
    const passed = ready
      .catch(() => before)
      .finally(() => {
        if (this.waitingOf.get(order) === passed) this.waitingOf.delete(order);
      });
    this.waitingOf.set(order, passed);
    return ready;
  }

  /** As the dispatcher reads it: it may have come by NATS. @returns `null` when it is not there any more */
  private async originalAt(seq: number): Promise<{ tenant: string; read: NatsEventReading } | null> {
    const stored = await readMessage(this.parts.broker, 'EVENTS', seq);
    if (!stored) return null;
    const { subject, payload, headers, storedAtMs } = stored;
    const picked = eventHeadersOf(
      (name) => headers[name],
      () => headers,
    );
    const { maxEventBytes: maxBytes } = this.parts;
    const read = readNatsEvent({ subject, payload, headers: picked, seq, storedAtMs, maxBytes });
    return { tenant: picked.tenant ?? defaultTenant, read };
  }

  private messageOf(
    event: AcceptedEvent,
    idSupplied: boolean,
    { tenant, traceparent }: { readonly tenant: string; readonly traceparent?: string | undefined },
  ): OutgoingMessage {
    return {
      subject: event.type,
      payload: event.envelope,
      headers: {
        [natsHeaders.tenant]: tenant,
        [natsHeaders.configSequence]: String(this.parts.tables.sequence),
        ...(event.orderingKey === undefined ? {} : { [natsHeaders.orderingKey]: event.orderingKey }),
        ...(event.channels.length === 0 ? {} : { [natsHeaders.channels]: event.channels.join(',') }),
        ...(traceparent === undefined ? {} : { [natsHeaders.traceparent]: traceparent }),
      },
      // the window of ids is per tenant; an id of our own making needs none
      ...(idSupplied ? { messageId: `${tenant}:${event.id}` } : {}),
      orderedBy: orderOf(tenant, event),
    };
  }

  private async publishToKnownSubject(
    message: OutgoingMessage,
    { eventId, tenant }: { readonly eventId: string; readonly tenant: string },
  ): Promise<Published> {
    const { events, firstWords, tracing } = this.parts;
    const word = firstWordOf(message.subject);
    for (let tries = 1; ; tries++) {
      await firstWords.ensure(word, tenant);
      try {
        return await sendEvent(message, { eventId, events, tracing });
      } catch (error) {
        if (!(error instanceof PublishError) || error.kind !== 'no_stream' || tries === 3) throw error;
        firstWords.forget(word);
      }
    }
  }
}

/** What a source has sent, nobody else can say. @throws {RefusalError} */
function refuseInbound(type: string): void {
  if (!isInboundType(type)) return;
  const message = 'event types that begin with "inbound." are of what comes in by a source';
  throw new RefusalError({
    code: 'reserved_event_type',
    errors: [{ path: 'type', code: 'reserved_event_type', message }],
  });
}

function orderOf(tenant: string, { orderingKey }: AcceptedEvent): string | undefined {
  return orderingKey === undefined ? undefined : `${tenant}:${orderingKey}`;
}

function firstWordOf(type: string): string {
  return type.slice(0, type.indexOf('.'));
}

/** What the broker could not take is a 503, and the event is not accepted. */
export function refusalOf(error: unknown): RefusalError | null {
  if (error instanceof RefusalError) return error;
  if (!(error instanceof PublishError)) return null;
  if (error.kind === 'refused') {
    return new RefusalError({
      code: 'payload_too_large',
      detail: 'The broker does not take a message of this size.',
    });
  }
  return new RefusalError({ code: 'broker_unavailable', detail: 'Nothing is lost: send it again.' }, 1);
}

/** As the edge will answer it. */
export function rejectionCodeOf(error: unknown): ErrorCode {
  return (
    refusalOf(error)?.refusal.code ?? (isBrokerUnavailable(error) ? 'broker_unavailable' : 'internal_error')
  );
}

/** @throws {RefusalError} when it is not a name that an event may have */
export function requireEventType(text: string): string {
  const parsed = parseEventType(text);
  if (parsed.ok) return parsed.type;
  const { code, message } = parsed;
  throw new RefusalError({ code, detail: message, errors: [{ path: 'type', code, message }] });
}
