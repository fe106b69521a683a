import { setTimeout as delay } from 'node:timers/promises';
import { verify } from '@postel/signing';
import { waitUntil, type ReceivedRequest } from '@postel/testing';
import { PhaseFailed } from '../report.js';
import { createEndpoint, manage, tryToPublish } from '../stack/endpoints.js';
import type { ChangeProbe, ChangeStage, Observed } from './change-stage.js';

const patienceMs = 10_000;
/** A probe that did not come by then did not pass. */
const probeMs = 500;
/** Between the events of the stream into which a pause falls, and its length on either side. */
const everyMs = 5;
const streamMs = 50;

type Change = (method: string, path: string, body?: object) => Promise<unknown>;
/** Makes a change. @returns whether a request shows it */
type Make = (change: Change, round: number) => Promise<(request: ReceivedRequest) => boolean>;

/** What the receiver sees of a change; events go through the other door, to whichever dispatcher and deliverer. */
export async function deliveryChanges(stage: ChangeStage): Promise<ChangeProbe[]> {
  const { receiver } = stage;
  const filter: Make = async (change, round) => {
    await change('PATCH', '', { filter: { 'data.object.round': { eq: round } } });
    return () => true; // what does not pass it does not come
  };
  const url: Make = async (change, round) => {
    await change('PATCH', '', { url: `${receiver.url}/changed/${round}` });
    return ({ path }) => path === `/changed/${round}`;
  };
  const headers: Make = async (change, round) => {
    await change('PATCH', '', { headers: { 'x-round': `${round}` } });
    return (request) => request.headers['x-round'] === `${round}`;
  };
  const rotation: Make = async (change) => {
    const { secret } = (await change('POST', '/rotate-secret', { graceSeconds: 0 })) as { secret: string };
    return (request) => isSignedWith(secret, request);
  };
  return [
    { what: 'PATCH of the filter', once: await probed(stage, 'filter', filter) },
    { what: 'PATCH of the URL', once: await probed(stage, 'url', url) },
    { what: 'PATCH of the headers', once: await probed(stage, 'headers', headers) },
    { what: 'rotation of the secret', once: await probed(stage, 'secret', rotation) },
    { what: 'pause, to the last request', once: await stopped(stage, 'pause') },
    { what: 'disable, to the last request', once: await stopped(stage, 'disable') },
  ];
}

async function probed(stage: ChangeStage, name: string, make: Make): Promise<ChangeProbe['once']> {
  const { here, there, receiver } = stage;
  const type = `order.change_${name}`;
  const endpoint = await createEndpoint(here, { url: `${receiver.url}/${name}`, events: [type] });
  return async (round) => {
    const isNew = await make((...rest) => changeOf(stage, endpoint, ...rest), round);
    const answeredMs = Date.now();
    for (let early = 0; Date.now() - answeredMs < patienceMs; early++) {
      const id = `change_${name}_${round}_${early}`;
      await tryToPublish(there, { id, type, data: { object: { round } } });
      const request = await arrival(stage, id);
      if (request && isNew(request)) return { afterMs: request.atMs - answeredMs, early };
    }
    throw new PhaseFailed(`change: ${name} was not in force within ${patienceMs} ms`);
  };
}

/** Amid a stream of events through the other door. */
async function stopped(stage: ChangeStage, verb: 'pause' | 'disable'): Promise<ChangeProbe['once']> {
  const { here, there, receiver } = stage;
  const [type, path] = [`order.change_${verb}`, `/${verb}`];
  const endpoint = await createEndpoint(here, { url: receiver.url + path, events: [type] });
  return async () => {
    let isOver = false;
    const stream = (async () => {
      for (; !isOver; await delay(everyMs)) await tryToPublish(there, { type, data: { object: {} } });
    })();
    await delay(streamMs);
    await changeOf(stage, endpoint, 'POST', `/${verb}`);
    const answeredMs = Date.now();
    await delay(streamMs);
    isOver = true;
    await stream;
    const observed = lastAfter(stage, path, answeredMs);
    await changeOf(stage, endpoint, 'POST', '/enable');
    return observed;
  };
}

function lastAfter({ receiver }: ChangeStage, path: string, answeredMs: number): Observed {
  const late = receiver.requests.filter((request) => request.path === path && request.atMs > answeredMs);
  return { afterMs: Math.max(0, ...late.map(({ atMs }) => atMs - answeredMs)), early: late.length };
}

function changeOf({ here }: ChangeStage, endpoint: string, ...[method, path, body]: Parameters<Change>) {
  return manage(here, method, `/v1/endpoints/${endpoint}${path}`, body);
}

async function arrival({ receiver }: ChangeStage, id: string): Promise<ReceivedRequest | undefined> {
  const find = () => receiver.requests.findLast(({ headers }) => headers['webhook-id'] === id);
  await waitUntil(find, { timeoutMs: probeMs }).catch(() => undefined); // it did not come
  return find();
}

function isSignedWith(secret: string, { headers, rawBody }: ReceivedRequest): boolean {
  const nowSec = Date.now() / 1_000;
  return verify({ scheme: 'standard', secrets: [secret], headers, body: rawBody, nowSec }).ok;
}
