import {
  upcastEndpoint,
  type EndpointChangeAnswer,
  type EndpointFact,
  type EndpointState,
} from '@postel/contracts';
import { isDeepStrictEqual } from 'node:util';
import { maskedHeaders } from '../manage-endpoints/endpoint-answer.js';

type Fields = Readonly<Record<string, unknown>>;

/** What is no setting, or shows in who and when. */
const notShown: ReadonlySet<string> = new Set([
  'id',
  'tenant',
  'createdAtMs',
  'updatedAtMs',
  'retryChangedAtMs',
  'enabledAtMs',
]);

/**
 * A fact of an endpoint as the history shows it: each field that is not as it was, before and after. A creation shows all
 * of them, a deletion none.
 * @param before the fact before it; `null`: there is none
 */
export function describeChange(fact: EndpointFact, before: EndpointFact | null): EndpointChangeAnswer {
  const from = before?.state ? upcastEndpoint(before.state) : null;
  const to = fact.state ? upcastEndpoint(fact.state) : null;
  return {
    fact: fact.fact,
    actor: fact.actor,
    at: new Date(fact.atMs).toISOString(),
    changes: to ? changesBetween(from, to) : {},
  };
}

function changesBetween(from: EndpointState | null, to: EndpointState): EndpointChangeAnswer['changes'] {
  const changes: EndpointChangeAnswer['changes'] = {};
  const [old, now] = [from ? fieldsOf(from) : {}, fieldsOf(to)];
  // masked they look the same; where the values lie is no change of them
  const hasNewValues = from !== null && from.headers.setAtMs !== to.headers.setAtMs;
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [before, after] = [old[name] ?? null, now[name] ?? null];
    const isSame = isDeepStrictEqual(before, after) && !(name === 'headers' && hasNewValues);
    if (!isSame && !notShown.has(name)) changes[name] = { before, after };
  }
  return changes;
}

function fieldsOf(state: EndpointState): Fields {
  return { ...state, headers: maskedHeaders(state.headers) };
}
