import { encodeFacts, factSubject, type DeliveryReopened, type Refusal } from '@postel/contracts';
import { decideReopen, finishedState, type FinishedDelivery } from '@postel/domain';
import type { DeadLetterParts } from '../parts.js';

export type Reopened = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

export interface Reopening {
  readonly by: 'retry' | 'redrive';
  readonly actor: string;
  /** Of several in one request, the same for all. */
  readonly request?: string;
  /** Now, when it is left out. */
  readonly dueAtMs?: number | undefined;
}

/** Of an ordering key the first that is reopened goes first, whichever of them died first. */
export function inOrder<Dead extends FinishedDelivery>(dead: readonly Dead[]): readonly Dead[] {
  return dead.toSorted((a, b) => a.eventSeq - b.eventSeq);
}

/**
 * Reopening is one fact; the waiting room makes the delivery of it. Asking twice at the same time is one reopening:
 * the fact's message id has the hop that it follows.
 * @throws {PublishError}
 */
export async function reopenDelivery(
  delivery: FinishedDelivery,
  { request, dueAtMs, ...command }: Reopening,
  parts: Pick<DeadLetterParts, 'tables' | 'log' | 'nowMs'>,
): Promise<Reopened> {
  const entry = parts.tables.endpoint(delivery.endpointId);
  const status = entry?.state.tenant === delivery.tenant ? entry.state.status : 'deleted';
  const decision = decideReopen(
    { ...command, nowMs: parts.nowMs() },
    finishedState(delivery, parts.nowMs()),
    status,
  );
  if (!decision.ok) return decision;
  const fact: DeliveryReopened = {
    ...decision.fact,
    ...(request === undefined ? {} : { request }),
    ...(dueAtMs === undefined ? {} : { dueAtMs }),
  };
  await parts.log.publish({
    subject: factSubject(fact),
    payload: encodeFacts([fact]),
    messageId: `${fact.deliveryId}:${fact.hop}:${fact.fact}`,
  });
  return { ok: true };
}
