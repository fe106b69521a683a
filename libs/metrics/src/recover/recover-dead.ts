import type { DeliveryReopened, EndpointState } from '@postel/contracts';
import { decideReopen, finishedState } from '@postel/domain';
import type { DeadLetterSelection, JobOf, NextPage } from '@postel/postgres';
import type { MetricsParts } from '../parts.js';
import type { PageRange } from './recover-events.js';

/** The dead letters of a recover: each delivery once more, from its first attempt on. */
export class RecoverDead {
  constructor(private readonly parts: Pick<MetricsParts, 'database' | 'nowMs'>) {}

  selectionOf({ parameters }: JobOf<'recover'>): DeadLetterSelection {
    const { endpointId, sinceMs, untilMs } = parameters;
    return { endpointId, acceptedSinceMs: sinceMs, acceptedUntilMs: untilMs };
  }

  async nextPage(
    job: JobOf<'recover'>,
    { status }: EndpointState,
    { after, upTo, room }: PageRange,
  ): Promise<NextPage<DeliveryReopened>> {
    const { deadLetters, erasedEvents } = this.parts.database();
    const range = { after, upTo, limit: room };
    const dead = await deadLetters.deliveriesAfter(job.tenant, this.selectionOf(job), range);
    const erased = await erasedEvents.among(dead.map(({ eventSeq }) => eventSeq));
    const nowMs = this.parts.nowMs();
    const command = { by: 'recover', actor: job.parameters.actor, nowMs } as const;
    // of an ordering key the first that is reopened goes first, whichever of them died first
    const effects = dead
      .toSorted((a, b) => a.eventSeq - b.eventSeq)
      .flatMap((delivery) => {
        if (erased.has(delivery.eventSeq)) return [];
        const decision = decideReopen(command, finishedState(delivery, nowMs), status);
        return decision.ok ? [{ ...decision.fact, request: job.id }] : [];
      });
    const last = dead.at(-1);
    const isLast = dead.length < room || last === undefined;
    return {
      kind: 'page',
      effects,
      upTo: isLast ? upTo : last.logSeq,
      looked: dead.length,
      failed: dead.length - effects.length,
      isLast,
    };
  }
}
