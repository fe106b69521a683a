import {
  eventTypeOfSubject,
  isOperationalEventType,
  natsHeaders,
  type EventInvalid,
} from '@postel/contracts';
import type { IncomingMessage } from '@postel/jetstream';
import { componentLogger, Tally, traceFields, type Logger, type Meters } from '@postel/telemetry';
import type { CutOff } from './cut-off.js';
import type { FanOutPlan } from './plan-fan-out.js';
import type { TracedFanOut } from './traced-fan-out.js';

export type EventMeters = Pick<Meters, 'deadLetters' | 'deliveries' | 'eventsAccepted' | 'eventsRejected'>;

/** Counts what became of events, each once, and tells of them in the log. */
export class FanOutMeters {
  private readonly logger: Logger;
  private readonly tally: Tally;

  constructor(
    private readonly meters: EventMeters,
    logger: Logger,
  ) {
    this.logger = componentLogger(logger, 'fan-out');
    this.tally = new Tally({ logger: this.logger, message: 'events fanned out' });
    // the first of a series that was not there is no increase, and no alert sees it
    for (const reason of ['invalid_event', 'poison']) meters.deadLetters.inc({ reason }, 0);
    meters.deliveries.inc({ outcome: 'died' }, 0);
    meters.eventsAccepted.inc({ door: 'nats' }, 0);
    meters.eventsRejected.inc({ door: 'nats', code: 'internal_error' }, 0);
  }

  /** What was counted since the last line of a minute. */
  tell(): void {
    this.tally.tell();
  }

  /** @param traced while tracing is on */
  count(plan: FanOutPlan, message: IncomingMessage, traced: TracedFanOut | undefined): void {
    if (message.isAgain) return;
    if (plan.kind === 'refused') return this.countRefused(plan.fact, message, traced);
    if (doorOf(message) === 'nats') this.meters.eventsAccepted.inc({ door: 'nats' });
    this.tally.count(plan.kind);
    if (!this.logger.isLevelEnabled('debug')) return;
    const deliveries = plan.kind === 'fanned-out' ? plan.facts.flatMap((fact) => fact.deliveries).length : 0;
    this.logger.debug({ ...aboutEvent(message, traced), outcome: plan.kind, deliveries }, 'event');
  }

  /** An event that comes again and again ended so: at `error`, it is a fault of ours. */
  countCutOff(facts: readonly CutOff[], message: IncomingMessage, traced: TracedFanOut | undefined): void {
    const { deadLetters, deliveries, eventsRejected } = this.meters;
    for (const fact of facts) {
      if (fact.fact === 'delivery.died') {
        deliveries.inc({ outcome: 'died' });
        deadLetters.inc({ reason: fact.reason });
      } else if (fact.fact === 'event.invalid') {
        deadLetters.inc({ reason: 'invalid_event' });
        const door = doorOf(message);
        if (door) eventsRejected.inc({ door, code: fact.code });
      }
    }
    const [first] = facts;
    if (first === undefined) return;
    this.tally.count('cut off');
    const { tenant, eventId } = first;
    this.logger.error(
      { tenant, eventId, ...aboutEvent(message, traced), facts: facts.length },
      'event cut off',
    );
  }

  /** The first of a minute at `warn`: a producer on NATS can send thousands a second, and hears of none of them. */
  private countRefused(
    { tenant, eventId, code }: EventInvalid,
    message: IncomingMessage,
    traced: TracedFanOut | undefined,
  ): void {
    const { meters } = this;
    meters.deadLetters.inc({ reason: 'invalid_event' });
    meters.eventsRejected.inc({ door: 'nats', code });
    const level = this.tally.count(`refused: ${code}`) ? 'warn' : 'debug';
    this.logger[level]({ tenant, eventId, ...aboutEvent(message, traced), code }, 'event refused');
  }
}

function aboutEvent(message: IncomingMessage, traced: TracedFanOut | undefined): object {
  return { eventSeq: message.seq, ...traceFields(traced, message.header(natsHeaders.traceparent)) };
}

/** ingest leaves its mark on what came by it; and what we tell the operator came by no door. */
function doorOf(message: IncomingMessage): 'http' | 'nats' | null {
  if (isOperationalEventType(eventTypeOfSubject(message.subject))) return null;
  return message.header(natsHeaders.configSequence) === undefined ? 'nats' : 'http';
}
