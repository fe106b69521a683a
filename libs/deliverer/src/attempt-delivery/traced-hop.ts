import {
  delivererConsumer,
  deliveryMessageId,
  readTraceparent,
  type AttemptRecord,
  type DeliveryFact,
  type DeliveryMeta,
  type Lane,
} from '@postel/contracts';
import type { SendRequest } from '@postel/http-sender';
import type { SpanAttributes, Tracing, WorkSpan } from '@postel/telemetry';

interface TracedMessage {
  readonly meta: DeliveryMeta;
  readonly lane: Lane;
  readonly partition: number;
}

/**
 * The span of one passage through DELIVERIES, and of the attempt in it. It belongs to the fan-out, whichever hop it is:
 * what lies between two attempts may be days, so the later one links to the earlier, and nothing spans both.
 */
export class TracedHop {
  private constructor(
    private readonly tracing: Tracing,
    private readonly message: TracedMessage,
    private readonly span: WorkSpan,
  ) {}

  /** @returns nothing when tracing is off */
  static begin(tracing: Tracing | null, message: TracedMessage): TracedHop | undefined {
    if (!tracing) return undefined;
    const parent = message.meta.traceparent;
    const span = tracing.begin({ name: 'process DELIVERIES', kind: 'consumer', parent });
    return new TracedHop(tracing, message, span);
  }

  /** What later hops of it belong to, too. */
  get meta(): DeliveryMeta {
    const { meta } = this.message;
    return readTraceparent(meta.traceparent) ? meta : { ...meta, traceparent: this.span.traceparent };
  }

  get traceparent(): string {
    return this.span.traceparent;
  }

  /** Of an attempt that begins; one that is not recorded needs no place of its own. */
  attempt(): WorkSpan {
    const { span, tracing } = this;
    if (!span.isRecorded) return span;
    const link = this.message.meta.formerAttempt;
    return tracing.begin({ name: 'POST', kind: 'client', parent: span.traceparent, link });
  }

  /** What came of it is stored. */
  concluded(fact: DeliveryFact): void {
    if (!this.span.isRecorded) return;
    const reason = 'reason' in fact ? fact.reason : undefined;
    const outcome = fact.fact.slice('delivery.'.length);
    this.end({ 'postel.outcome': outcome, 'postel.reason': reason }, outcome === 'died' ? reason : undefined);
  }

  /** Somebody takes it up anew. */
  handedBack(): void {
    this.end({ 'postel.outcome': 'handed_back' });
  }

  failed(): void {
    this.end({}, 'internal_error');
  }

  private end(outcome: SpanAttributes, error?: string): void {
    if (!this.span.isRecorded) return;
    const { meta, lane, partition } = this.message;
    const attributes = {
      'messaging.system': 'nats',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'DELIVERIES',
      'messaging.destination.partition.id': String(partition),
      'messaging.consumer.group.name': delivererConsumer(lane, partition).durable,
      'messaging.message.id': deliveryMessageId(meta),
      'postel.lane': lane,
      'postel.hop': meta.hop,
      ...aboutDelivery(meta),
      ...outcome,
    };
    this.span.end({ attributes, error });
  }
}

/** The request was answered, or failed. */
export function endAttempt(
  span: WorkSpan,
  meta: DeliveryMeta,
  { url }: SendRequest,
  { attemptId, number, response, error }: Omit<AttemptRecord, 'outcome'>,
): void {
  const status = error ? undefined : response?.status;
  const isSuccess = status !== undefined && status >= 200 && status < 300;
  span.end({
    attributes: {
      ...placeOf(url),
      ...aboutDelivery(meta),
      'http.request.method': 'POST',
      'http.response.status_code': status,
      'http.request.resend_count': number > 1 ? number - 1 : undefined,
      'postel.attempt.id': attemptId,
      'postel.attempt.number': number,
    },
    error: isSuccess ? undefined : (error?.code ?? String(status ?? 'no_response')),
  });
}

function aboutDelivery({ deliveryId, endpointId, eventId, tenant, type }: DeliveryMeta): SpanAttributes {
  return {
    'postel.delivery.id': deliveryId,
    'postel.endpoint.id': endpointId,
    'postel.event.id': eventId,
    'postel.event.type': type,
    'postel.tenant': tenant,
  };
}

/** Whoever sees traces may see where deliveries go; user, password and query may be what opens the door there. */
function placeOf(url: string): SpanAttributes {
  if (!URL.canParse(url)) return {};
  const shown = new URL(url);
  const port = shown.port === '' ? (shown.protocol === 'https:' ? 443 : 80) : Number(shown.port);
  shown.username = '';
  shown.password = '';
  shown.hash = '';
  if (shown.search !== '') shown.search = '?REDACTED';
  return { 'url.full': shown.href, 'server.address': shown.hostname, 'server.port': port };
}
