import { allItems, ProblemError, unwrap, type components, type PostelClient } from '@postel/client';
import { hostname } from 'node:os';
import { DemoFault, reasonOf } from '../demo-fault.js';
import { channelOf, type Scene } from './scenes.js';

type Endpoint = components['schemas']['Endpoint'];

export interface NewEndpoint {
  readonly run: string;
  readonly scene: Scene;
  readonly url: string;
  readonly secret: string;
}

/** @returns its id. @throws {DemoFault} */
export async function createEndpoint(
  api: PostelClient,
  { run, scene, url, secret }: NewEndpoint,
): Promise<string> {
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
  try {
    return (await unwrap(api.POST('/v1/endpoints', { body }))).id;
  } catch (error) {
    throw new DemoFault(`The endpoint "${name}" could not be created: ${reasonOf(error)}.`);
  }
}

/** Those of a run that crashed, or that was told to leave them. @returns how many */
export async function removeLeftovers(api: PostelClient): Promise<number> {
  const all = await endpointsOf(api);
  const left = all.filter(({ metadata }) => metadata['demo'] === 'true' && !isRunning(metadata['owner']));
  for (const endpoint of left) await removeEndpoint(api, endpoint);
  return left.length;
}

/** @returns how many could not be removed */
export async function removeEndpointsOf(api: PostelClient, run: string): Promise<number> {
  const all = await endpointsOf(api);
  const own = all.filter(({ metadata }) => metadata['demo'] === 'true' && metadata['run'] === run);
  const removed = await Promise.all(own.map((endpoint) => removeEndpoint(api, endpoint)));
  return removed.filter((done) => !done).length;
}

function endpointsOf(api: PostelClient): Promise<Endpoint[]> {
  return allItems((page) => unwrap(api.GET('/v1/endpoints', { params: { query: page } })));
}

async function removeEndpoint(api: PostelClient, { id }: Endpoint): Promise<boolean> {
  try {
    await unwrap(api.DELETE('/v1/endpoints/{id}', { params: { path: { id } } }));
    return true;
  } catch (error) {
    // the first try was heard, its answer lost
    return error instanceof ProblemError && error.status === 404;
  }
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
