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
const notShown: ReadonlySet<string> = new Set(['id', 'tenant', 'createdAtMs', 'updatedAtMs']);

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
  const [old, now] = [from as Fields | null, to as unknown as Fields];
  for (const name of new Set([...Object.keys(old ?? {}), ...Object.keys(now)])) {
    if (notShown.has(name) || isSame(name, old, now)) continue;
    changes[name] = { before: shown(name, old), after: shown(name, now) };
  }
  return changes;
}

function isSame(name: string, from: Fields | null, to: Fields): boolean {
  if (!from || name !== 'headers') return isDeepStrictEqual(from?.[name], to[name]);
  const [old, now] = [from, to].map((state) => (state as unknown as EndpointState).headers);
  // where the values lie is no change of them
  return old?.setAtMs === now?.setAtMs && isDeepStrictEqual(old?.names, now?.names);
}

function shown(name: string, state: Fields | null): unknown {
  if (!state) return null;
  return name === 'headers'
    ? maskedHeaders((state as unknown as EndpointState).headers)
    : (state[name] ?? null);
}
