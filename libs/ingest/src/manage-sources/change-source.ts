import { noSecrets, type SealedSecret, type SourceState } from '@postel/contracts';
import { decideSource, type SourceCommand } from '@postel/domain';
import { refuse, RefusalError } from '@postel/http-api';
import { changeConfig, changeSecrets } from '@postel/jetstream';
import { refusalOf } from '../accept-event/accept-event.js';
import type { IngestParts } from '../parts.js';

/** Whose source it is, and where it lies in CONFIG. */
export type SourceKey = Pick<SourceState, 'id' | 'tenant' | 'name'>;

/** One command, in force in this process when it returns. @returns `null` after a deletion @throws {RefusalError} */
export async function changeSource(
  { tables, writer, logger }: IngestParts,
  { id, tenant, name }: SourceKey,
  command: () => SourceCommand,
): Promise<SourceState | null> {
  const decide = (state: SourceState | null) => decideSource(command(), state);
  const change = { tables, writer, kind: 'source', tenant, id: name, decide } as const;
  const result = await changeConfig(change).catch(asRefusal);
  if (!result.ok) throw new RefusalError(result.refusal);
  if (result.changed) logger.info({ tenant, sourceId: id, command: command().kind }, 'source changed');
  return result.state;
}

/**
 * Puts these in the place of whatever secrets a source had.
 * @param mustHave it is there already, and whoever deletes it takes its secrets away
 * @throws {RefusalError}
 */
export async function replaceSourceSecrets(
  { tables, writer, nowMs }: IngestParts,
  { id, tenant }: SourceKey,
  secrets: readonly SealedSecret[],
  { mustHave }: { readonly mustHave: boolean },
): Promise<void> {
  const changed = await changeSecrets({
    tables,
    writer,
    nowMs,
    tenant,
    // sealed and kept as an endpoint's are: ids of both differ in their prefix
    endpointId: id,
    decide: (before) => {
      if (mustHave && before.secrets.length === 0) refuse('source_not_found'); // deleted at this moment
      return { ...noSecrets, secrets };
    },
  }).catch(asRefusal);
  if (!changed) refuse('source_changed');
}

function asRefusal(error: unknown): never {
  throw refusalOf(error) ?? error;
}
