import type { StreamName } from '@postel/contracts';
import type { Broker } from './connect-broker.js';

const answersWithinMs = 2_000;
/** No stream takes this subject, so that nothing is ever purged by it. */
const nothing = 'postel.nothing';

/**
 * Whether a stream still changes what it holds, without changing anything: by a purge of nothing. A stream of nats-server
 * 2.15.1 that once could not write to its disk refuses that (error 10051) as long as it answers no publish; all that is
 * only read it answers. With replicas a purge has to reach most of them, as what is published has.
 */
export async function takesChanges({ nc }: Pick<Broker, 'nc'>, stream: StreamName): Promise<boolean> {
  const subject = `$JS.API.STREAM.PURGE.${stream}`;
  const answer = await nc
    .request(subject, JSON.stringify({ filter: nothing }), { timeout: answersWithinMs })
    .catch(() => null);
  return answer !== null && answer.json<{ error?: unknown }>().error === undefined;
}
