import { hostname } from 'node:os';
import { isPassing, problemOf, type Api } from '../call-api/api.js';
import { readPages } from '../call-api/read-pages.js';
import { endpointShape, type Endpoint } from '../call-api/shapes.js';
import { DemoFault, reasonOf } from '../demo-fault.js';
import { setTimeout as delay } from 'node:timers/promises';
import { channelOf, type Scene } from './scenes.js';

export interface NewEndpoint {
  readonly run: string;
  readonly scene: Scene;
  readonly url: string;
  readonly secret: string;
}

/** @returns its id. @throws {DemoFault} */
export async function createEndpoint(api: Api, { run, scene, url, secret }: NewEndpoint): Promise<string> {
  const { name, events, channel, timeoutMs, retry } = scene;
  const body = {
    url,
    secret,
    description: `demo: ${name}`,
    events: [events],
    channels: channel === null ? [] : [channelOf(run, channel)],
    metadata: { demo: 'true', run, owner: `${hostname()}:${process.pid}` },
    timeoutMs,
    retry,
  };
  const answer = await api.call('POST', '/v1/endpoints', JSON.stringify(body)).catch((error: unknown) => {
    throw new DemoFault(`The endpoint "${name}" could not be created: ${reasonOf(error)}.`);
  });
  if (answer.status !== 201) {
    throw new DemoFault(`The endpoint "${name}" could not be created: ${problemOf(answer)}.`);
  }
  return endpointShape.parse(answer.body).id;
}

/** Those of a run that crashed, or that was told to leave them. @returns how many */
export async function removeLeftovers(api: Api): Promise<number> {
  const all = await readPages(api, '/v1/endpoints', {}, endpointShape);
  const left = all.filter(({ metadata }) => metadata['demo'] === 'true' && !isRunning(metadata['owner']));
  for (const endpoint of left) await removeEndpoint(api, endpoint);
  return left.length;
}

/** @returns how many could not be removed */
export async function removeEndpointsOf(api: Api, run: string): Promise<number> {
  const all = await readPages(api, '/v1/endpoints', {}, endpointShape);
  const own = all.filter(({ metadata }) => metadata['demo'] === 'true' && metadata['run'] === run);
  const removed = await Promise.all(own.map((endpoint) => removeEndpoint(api, endpoint)));
  return removed.filter((done) => !done).length;
}

async function removeEndpoint(api: Api, { id }: Endpoint): Promise<boolean> {
  for (let tries = 1; tries <= 20; tries++) {
    const status = await api.call('DELETE', `/v1/endpoints/${id}`).then(
      (answer) => answer.status,
      () => 503,
    );
    // 404: the first try was heard, its answer lost
    if (status === 204 || status === 404) return true;
    if (!isPassing(status) && status !== 409) return false;
    await delay(500);
  }
  return false;
}

/** Another demo at this moment keeps its endpoints. */
function isRunning(owner = ''): boolean {
  const [host, pid] = owner.split(':');
  if (host !== hostname() || !pid || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
