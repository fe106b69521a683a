import type { EndpointSecrets, EndpointState } from '@postel/contracts';
import { decideEndpoint, withoutSupersededHeaders, type EndpointCommand } from '@postel/domain';
import { refuse, RefusalError } from '@postel/http-api';
import { changeConfig, changeSecrets } from '@postel/jetstream';
import { refusalOf } from '../accept-event/accept-event.js';
import type { IngestParts } from '../parts.js';

/** Whose endpoint it is that a request is about. */
export interface EndpointOwner {
  readonly tenant: string;
  readonly endpointId: string;
}

/** @throws {RefusalError} when there is none of this tenant */
export function requireEndpoint(
  { tables }: IngestParts,
  { tenant, endpointId }: EndpointOwner,
): EndpointState {
  const state = tables.endpoint(endpointId)?.state;
  if (!state || state.tenant !== tenant) refuse('endpoint_not_found');
  return state;
}

/** One command, in force in this process when it returns. @returns `null` after a deletion @throws {RefusalError} */
export async function changeEndpoint(
  { tables, writer, logger }: IngestParts,
  { tenant, endpointId }: EndpointOwner,
  command: () => EndpointCommand,
  maxTries?: number,
): Promise<EndpointState | null> {
  const decide = (state: EndpointState | null) => decideEndpoint(command(), state);
  const change = { tables, writer, kind: 'endpoint', tenant, id: endpointId, decide } as const;
  const result = await changeConfig(maxTries === undefined ? change : { ...change, maxTries }).catch(
    asRefusal,
  );
  if (!result.ok) throw new RefusalError(result.refusal);
  if (result.changed) logger.info({ tenant, endpointId, command: command().kind }, 'endpoint changed');
  return result.state;
}

/**
 * Headers that were replaced before go with whatever is changed.
 * @param decide `null`: they stay as they are
 * @throws {RefusalError}
 */
export async function changeEndpointSecrets(
  { tables, writer, nowMs }: IngestParts,
  owner: EndpointOwner,
  decide: (secrets: EndpointSecrets) => EndpointSecrets | null | Promise<EndpointSecrets | null>,
): Promise<EndpointSecrets> {
  const decideAndDrop = async (before: EndpointSecrets) => {
    const next = await decide(before);
    return next && withoutSupersededHeaders(next, tables.endpoint(owner.endpointId)?.state.headers);
  };
  const changed = await changeSecrets({ tables, writer, nowMs, decide: decideAndDrop, ...owner }).catch(
    asRefusal,
  );
  return changed?.secrets ?? refuse('endpoint_changed');
}

function asRefusal(error: unknown): never {
  throw refusalOf(error) ?? error;
}
