import { dispatcherConsumer, eventTypeOfSubject, natsHeaders } from '@postel/contracts';
import type { IncomingMessage } from '@postel/jetstream';
import type { SpanAttributes, Tracing, WorkSpan } from '@postel/telemetry';
import type { FanOutPlan } from './plan-fan-out.js';

/**
 * The span of one event's fan-out, however many came together with it. It belongs to whoever published the event, over
 * HTTP or on NATS; and what becomes of its deliveries belongs to it.
 */
export class TracedFanOut {
  private outcome: SpanAttributes = {};

  private constructor(
    private readonly message: IncomingMessage,
    private readonly span: WorkSpan,
  ) {}

  /** @returns nothing when tracing is off */
  static begin(
    tracing: Tracing | null,
    message: IncomingMessage,
    startedAtMs: number,
  ): TracedFanOut | undefined {
    if (!tracing) return undefined;
    const parent = message.header(natsHeaders.traceparent);
    return new TracedFanOut(
      message,
      tracing.begin({ name: 'process EVENTS', kind: 'consumer', parent, startedAtMs }),
    );
  }

  get traceparent(): string {
    return this.span.traceparent;
  }

  planned(plan: FanOutPlan): void {
    if (this.span.isRecorded) this.outcome = outcomeOf(plan);
  }

  done(): void {
    const isRefused = this.outcome['postel.outcome'] === 'refused';
    this.end(isRefused ? String(this.outcome['postel.code']) : undefined);
  }

  failed(code: string): void {
    this.end(code);
  }

  private end(error: string | undefined): void {
    if (!this.span.isRecorded) return;
    const { seq, subject, payload, deliveryCount } = this.message;
    this.span.end({
      error,
      attributes: {
        'messaging.system': 'nats',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'EVENTS',
        'messaging.consumer.group.name': dispatcherConsumer.durable,
        'messaging.message.id': String(seq),
        'messaging.message.body.size': payload.length,
        'postel.event.type': eventTypeOfSubject(subject),
        'postel.handed_out': deliveryCount,
        ...this.outcome,
      },
    });
  }
}

function outcomeOf(plan: FanOutPlan): SpanAttributes {
  switch (plan.kind) {
    case 'fanned-out': {
      const [first] = plan.facts;
      const count = plan.facts.reduce((sum, { deliveries }) => sum + deliveries.length, 0);
      return { ...aboutEvent(first), 'postel.outcome': 'fanned_out', 'postel.deliveries': count };
    }
    case 'unmatched':
      return { ...aboutEvent(plan.fact), 'postel.outcome': 'unmatched' };
    case 'refused':
      return { ...aboutEvent(plan.fact), 'postel.outcome': 'refused', 'postel.code': plan.fact.code };
  }
}

function aboutEvent(fact: { readonly eventId: string; readonly tenant: string } | undefined): SpanAttributes {
  return { 'postel.event.id': fact?.eventId, 'postel.tenant': fact?.tenant };
}
