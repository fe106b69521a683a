import type { DeliveryDied, DeliverySucceeded, EndpointState, LogFact } from '@postel/contracts';
import {
  afterDeath,
  afterSuccess,
  countedDeath,
  countsAgainstEndpoint,
  initialAlertState,
  type AlertContext,
  type AlertState,
  type AlertStep,
} from '@postel/domain';
import type { IncomingMessage } from '@postel/jetstream';
import type { EndpointAlert, NewAlertEffect } from '@postel/postgres';

/** An endpoint, and what of it and of its tenant matters to alerts. */
export interface WatchedEndpoint {
  readonly endpoint: EndpointState;
  readonly context: AlertContext;
}

export type WatchedFact = DeliveryDied | DeliverySucceeded;

/** What a batch leaves: states that changed, and what is to be done. */
export interface Judgement {
  readonly alerts: readonly EndpointAlert[];
  readonly effects: readonly NewAlertEffect[];
}

/** Only Postel writes to LOG, and it writes this so. Inside of a text the quotes would be escaped. */
const mark = Buffer.from('"afterFailure":true');

/**
 * Of successes most messages hold none that matters (those of ordered endpoints, and of what had waited): to look for the
 * mark costs a small part of reading them.
 */
export function isToRead({ payload, subject }: Pick<IncomingMessage, 'payload' | 'subject'>): boolean {
  if (subject.endsWith('.delivery.died')) return true;
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).includes(mark);
}

/** Facts that say something about an endpoint: of successes, those that follow a failure. */
export function watchedFacts(facts: readonly { readonly fact: LogFact }[]): WatchedFact[] {
  return facts.flatMap(({ fact }): WatchedFact[] => {
    if (fact.fact === 'delivery.succeeded') return fact.afterFailure ? [fact] : [];
    return fact.fact === 'delivery.died' && countsAgainstEndpoint(fact) ? [fact] : [];
  });
}

/**
 * One fact after the other, so that the same facts in other batches come to the same.
 * @param known states of the endpoints that have one
 * @param watch `null`: the endpoint is gone, and what is told of it concerns nobody
 */
export function judgeFacts(
  facts: readonly WatchedFact[],
  known: ReadonlyMap<string, AlertState>,
  watch: (endpointId: string, tenant: string) => WatchedEndpoint | null,
): Judgement {
  const states = new Map(known);
  const changed = new Map<string, EndpointAlert>();
  const effects: NewAlertEffect[] = [];
  for (const fact of facts) {
    const { endpointId, tenant, atMs } = fact;
    const before = states.get(endpointId);
    const watched = before || fact.fact === 'delivery.died' ? watch(endpointId, tenant) : null;
    if (!watched) continue;
    const { state, effects: more } = stepOf(fact, before ?? initialAlertState, watched.context);
    if (state === before) continue;
    states.set(endpointId, state);
    const failing = state.warned !== null;
    changed.set(endpointId, { endpointId, tenant, state, failing, lastAtMs: atMs });
    effects.push(...more.map((effect) => ({ endpointId, tenant, effect })));
  }
  return { alerts: [...changed.values()], effects };
}

function stepOf(fact: WatchedFact, state: AlertState, context: AlertContext): AlertStep {
  return fact.fact === 'delivery.succeeded'
    ? afterSuccess(state, fact.atMs, context)
    : afterDeath(state, countedDeath(fact), context);
}
