import { natsHeaders, readTraceparent, type LogFact, type StreamName } from '@postel/contracts';
import type { SpanAttributes, Tracing } from '@postel/telemetry';
import { traceparentOfFact } from './in-trace.js';
import type { IncomingMessage } from './incoming-message.js';
import type { PositionedFact } from './positioned-facts.js';

/** What was stored of a trace. */
export interface TracedPart {
  /** What it belongs to; nothing is made of one that is not recorded. */
  readonly traceparent: string | undefined;
  readonly messageId: string;
  readonly attributes: SpanAttributes;
}

export interface StoredBatch {
  readonly projection: string;
  readonly stream: StreamName;
  readonly startedAtMs: number;
  readonly parts: Iterable<TracedPart>;
}

/** A transaction may hold thousands of facts: of more than these it is not told that they were stored. */
const maxSpans = 250;

/**
 * A span of each recorded part of what was stored together, in the trace that it belongs to: so that one trace shows when
 * its outcome could be read.
 */
export function traceStored(tracing: Tracing, { projection, stream, startedAtMs, parts }: StoredBatch): void {
  let left = maxSpans;
  for (const { traceparent: parent, messageId, attributes } of parts) {
    if (readTraceparent(parent)?.isSampled !== true) continue;
    if (left-- === 0) return;
    tracing.begin({ name: `process ${stream}`, kind: 'consumer', parent, startedAtMs }).end({
      attributes: {
        'messaging.system': 'nats',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': stream,
        'messaging.consumer.group.name': projection,
        'messaging.message.id': messageId,
        ...attributes,
      },
    });
  }
}

export function* partsOfEvents(batch: readonly IncomingMessage[]): Iterable<TracedPart> {
  for (const message of batch) {
    const attributes = {
      'postel.event.type': message.subject,
      'postel.tenant': message.header(natsHeaders.tenant),
    };
    yield {
      traceparent: message.header(natsHeaders.traceparent),
      messageId: String(message.seq),
      attributes,
    };
  }
}

/** @param names of the facts that are told */
export function* partsOfFacts(
  facts: readonly PositionedFact[],
  names: ReadonlySet<LogFact['fact']>,
): Iterable<TracedPart> {
  for (const { fact, seq } of facts) {
    if (!names.has(fact.fact)) continue;
    yield { traceparent: traceparentOfFact(fact), messageId: String(seq), attributes: aboutFact(fact) };
  }
}

function aboutFact(fact: LogFact): SpanAttributes {
  const isOfDelivery = 'deliveryId' in fact;
  return {
    'postel.fact': fact.fact,
    'postel.event.id': fact.eventId,
    'postel.event.type': fact.type,
    'postel.tenant': fact.tenant,
    'postel.delivery.id': isOfDelivery ? fact.deliveryId : undefined,
    'postel.endpoint.id': isOfDelivery ? fact.endpointId : undefined,
  };
}
