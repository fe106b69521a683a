import type { Api } from '../call-api/api.js';
import { readPages } from '../call-api/read-pages.js';
import { deadLetterShape, deliveryShape, endpointShape, eventShape, statsShape } from '../call-api/shapes.js';
import { isFor, type Scene } from '../manage-endpoints/scenes.js';
import type { DemoReceiver } from '../receive-requests/start-demo-receiver.js';
import type { Accepted } from '../send-events/outgoing-event.js';
import type { EndpointEvidence, Evidence } from './evidence.js';

/** A scene that is being played. */
export interface PlayedScene {
  readonly scene: Scene;
  readonly endpointId: string;
  readonly receiver: DemoReceiver;
}

export interface RunSoFar {
  readonly run: string;
  readonly startedAtMs: number;
  readonly sent: number;
  readonly accepted: readonly Accepted[];
  /** Ids of events sent after the endpoint that answers 410 was known to be disabled. */
  readonly late: ReadonlySet<string>;
  readonly played: readonly PlayedScene[];
}

/** Clocks of another machine may differ a little. */
const clockMarginMs = 60_000;

/** Asks the API for all that concerns this run. @throws {DemoFault} when it is away for long */
export async function collectEvidence(api: Api, soFar: RunSoFar): Promise<Evidence> {
  const { run, accepted, sent, startedAtMs } = soFar;
  const since = new Date(startedAtMs - clockMarginMs).toISOString();
  const listed = await readPages(api, '/v1/events', { since }, eventShape);
  const endpoints: EndpointEvidence[] = [];
  for (const played of soFar.played) endpoints.push(await evidenceOf(api, soFar, played));
  return {
    sent,
    acceptedAtMs: new Map(accepted.map(({ event, acceptedAtMs }) => [event.id, acceptedAtMs])),
    listed: listed.map(({ id }) => id).filter((id) => id.startsWith(`demo_${run}_`)),
    endpoints,
  };
}

async function evidenceOf(
  api: Api,
  { run, accepted, late }: RunSoFar,
  { scene, endpointId, receiver }: PlayedScene,
): Promise<EndpointEvidence> {
  const query = { endpointId };
  const ours = ({ eventId }: { readonly eventId: string }) => eventId.startsWith(`demo_${run}_`);
  const forIt = accepted.filter(({ event }) => isFor(scene, run, event)).map(({ event }) => event.id);
  const comesLate = (id: string) => scene.ending === 'gone' && late.has(id);
  const stats = await api.read(`/v1/endpoints/${endpointId}/stats?period=day`, statsShape);
  return {
    name: scene.name,
    ending: scene.ending,
    accepted: new Set(forIt.filter((id) => !comesLate(id))),
    acceptedLate: new Set(forIt.filter(comesLate)),
    seen: receiver.seen,
    deliveries: (await readPages(api, '/v1/deliveries', query, deliveryShape)).filter(ours),
    deadLetters: (await readPages(api, '/v1/dead-letters', query, deadLetterShape)).filter(ours),
    stats: scene.channel === null ? null : stats,
    endpoint: await api.read(`/v1/endpoints/${endpointId}`, endpointShape),
  };
}
