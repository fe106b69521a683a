import { allItems, unwrap, type PostelClient } from '@postel/client';
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
export async function collectEvidence(api: PostelClient, soFar: RunSoFar): Promise<Evidence> {
  const { run, accepted, sent, startedAtMs } = soFar;
  const since = new Date(startedAtMs - clockMarginMs).toISOString();
  const listed = await allItems((page) =>
    unwrap(api.GET('/v1/events', { params: { query: { since, ...page } } })),
  );
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
  api: PostelClient,
  { run, accepted, late }: RunSoFar,
  { scene, endpointId, receiver }: PlayedScene,
): Promise<EndpointEvidence> {
  const params = { path: { id: endpointId } };
  const ours = ({ eventId }: { readonly eventId: string }) => eventId.startsWith(`demo_${run}_`);
  const forIt = accepted.filter(({ event }) => isFor(scene, run, event)).map(({ event }) => event.id);
  const comesLate = (id: string) => scene.ending === 'gone' && late.has(id);
  const stats = await unwrap(
    api.GET('/v1/endpoints/{id}/stats', { params: { ...params, query: { period: 'day' } } }),
  );
  const deliveries = await allItems((page) =>
    unwrap(api.GET('/v1/deliveries', { params: { query: { endpointId, ...page } } })),
  );
  const deadLetters = await allItems((page) =>
    unwrap(api.GET('/v1/dead-letters', { params: { query: { endpointId, ...page } } })),
  );
  return {
    name: scene.name,
    ending: scene.ending,
    accepted: new Set(forIt.filter((id) => !comesLate(id))),
    acceptedLate: new Set(forIt.filter(comesLate)),
    seen: receiver.seen,
    deliveries: deliveries.filter(ours),
    deadLetters: deadLetters.filter(ours),
    stats: scene.channel === null ? null : stats,
    endpoint: await unwrap(api.GET('/v1/endpoints/{id}', { params })),
  };
}
