import { unwrap, type PostelClient } from '@postel/client';
import { useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/api-context.js';
import type { DeadLetterFilter } from './filter.js';
import { inTurns } from './in-turns.js';

export type Verb = 'redrive' | 'delete';

/** What came of it. */
export interface Done {
  readonly verb: Verb;
  readonly number: number;
  /** Of what was chosen one by one. */
  readonly ids: readonly string[];
  /** Redrives the others. */
  readonly jobId: string | null;
  readonly failures: readonly unknown[];
}

const requestsAtOnce = 4;

/** Does it with those that were chosen; where none was, with all that fit. */
export function useDeadLetterActions(
  chosen: readonly string[],
  filter: DeadLetterFilter,
): (verb: Verb) => Promise<Done> {
  const api = useApi();
  const queries = useQueryClient();
  return async (verb) => {
    const done = await (chosen.length > 0
      ? each(api, verb, chosen)
      : verb === 'redrive'
        ? redriveAll(api, filter)
        : deleteAll(api, filter));
    void queries.invalidateQueries({ queryKey: ['deliveries'] });
    return done;
  };
}

async function each(api: PostelClient, verb: Verb, ids: readonly string[]): Promise<Done> {
  const { done, failed } = await inTurns(ids, requestsAtOnce, (id) => {
    const params = { params: { path: { id } } };
    return verb === 'redrive'
      ? unwrap(api.POST('/v1/dead-letters/{id}/redrive', params))
      : unwrap(api.DELETE('/v1/dead-letters/{id}', params));
  });
  return { verb, number: done.length, ids: done, jobId: null, failures: failed.map(({ error }) => error) };
}

async function redriveAll(api: PostelClient, filter: DeadLetterFilter): Promise<Done> {
  const { redriven, jobId } = await unwrap(api.POST('/v1/dead-letters/redrive', { body: filter }));
  return { verb: 'redrive', number: redriven, ids: [], jobId, failures: [] };
}

/** Request by request, each of which takes a part of those that were there when it began. */
async function deleteAll(api: PostelClient, filter: DeadLetterFilter): Promise<Done> {
  const query = { ...filter, ...(Object.keys(filter).length === 0 ? { all: 'true' as const } : {}) };
  let number = 0;
  for (let complete = false; !complete;) {
    const answer = await unwrap(api.DELETE('/v1/dead-letters', { params: { query } }));
    number += answer.discarded;
    complete = answer.complete || answer.discarded === 0;
  }
  return { verb: 'delete', number, ids: [], jobId: null, failures: [] };
}
