import {
  dispatcherConsumer,
  logOfTenantFilter,
  logSubject,
  type JobWait,
  type LogFact,
} from '@postel/contracts';
import { ackFloorOf, lastSequenceOf } from '@postel/jetstream';
import type { MetricsParts } from '../parts.js';

/**
 * How far the tables must have come to be believed. "There is no delivery" is true of an event when it is archived, when
 * its fan-out is in LOG (the dispatcher's durable has acknowledged it, and facts are stored before that), and when the
 * delivery log has applied LOG up to the end that it had after that.
 */
export class TableLevels {
  constructor(private readonly parts: Pick<MetricsParts, 'broker' | 'database'>) {}

  /** What events up to this position still wait for; `null` when all are archived and fanned out. */
  async awaited(eventSeq: number): Promise<JobWait | null> {
    const { broker, database } = this.parts;
    const positions = await database().projections.positions();
    if (!(await this.isPast(positions.get('archive') ?? 0, eventSeq))) return 'archive';
    const { stream, durable } = dispatcherConsumer;
    return (await this.isPast(await ackFloorOf(broker, stream, durable), eventSeq)) ? null : 'fan_out';
  }

  /** The last position in LOG with any fact of a tenant, or with one of these. */
  async lastTold(tenant: string, ...facts: readonly LogFact['fact'][]): Promise<number> {
    const subjects =
      facts.length === 0 ? [logOfTenantFilter(tenant)] : facts.map((fact) => logSubject(tenant, fact));
    const last = await Promise.all(
      subjects.map((subject) => lastSequenceOf(this.parts.broker, 'LOG', subject)),
    );
    return Math.max(...last);
  }

  /** The last events may have been erased: then nobody ever gets as far. */
  private async isPast(position: number, eventSeq: number): Promise<boolean> {
    return position >= eventSeq || position >= (await lastSequenceOf(this.parts.broker, 'EVENTS', '>'));
  }
}
