import { PhaseFailed } from '../report.js';
import type { Stack } from './start-stack.js';

/** Where, and as whom, the API is asked. */
export type Door = Pick<Stack, 'http'>;

export interface NewEndpoint {
  readonly url: string;
  readonly events: readonly string[];
}

/** Makes an endpoint, as a user does; an event accepted after this reaches it. @returns its id */
export async function createEndpoint(stack: Door, endpoint: NewEndpoint, tenant?: string): Promise<string> {
  const answer = await request(stack, 'POST', '/v1/endpoints', endpoint, tenant);
  if (answer.status !== 201) {
    throw new PhaseFailed(`an endpoint was answered ${answer.status}: ${await answer.text()}`);
  }
  return ((await answer.json()) as { id: string }).id;
}

export async function createTenant(stack: Door, id: string): Promise<void> {
  const answer = await request(stack, 'POST', '/v1/tenants', { id });
  if (!answer.ok) throw new PhaseFailed(`a tenant was answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** @returns the answer, of which the whole has come */
export async function readAs(stack: Door, tenant: string, path: string): Promise<unknown> {
  const answer = await request(stack, 'GET', path, undefined, tenant);
  const text = await answer.text();
  if (!answer.ok) throw new PhaseFailed(`${path} was answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

/** What is still on its way to it ends as a dead letter. */
export async function deleteEndpoint(stack: Door, id: string): Promise<void> {
  const answer = await request(stack, 'DELETE', `/v1/endpoints/${id}`);
  if (!answer.ok) throw new PhaseFailed(`deleting an endpoint was answered ${answer.status}`);
  await answer.arrayBuffer();
}

/** In force for every event accepted after this. */
export async function changeEndpoint(stack: Door, id: string, changes: object): Promise<void> {
  const answer = await request(stack, 'PATCH', `/v1/endpoints/${id}`, changes);
  if (!answer.ok) throw new PhaseFailed(`a change was answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** @param event JSON */
export async function publishEvent(stack: Door, event: string): Promise<void> {
  const answer = await request(stack, 'POST', '/v1/events', JSON.parse(event) as object);
  if (!answer.ok) throw new PhaseFailed(`an event was answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

export async function findsEndpoint(stack: Door, id: string): Promise<boolean> {
  const answer = await request(stack, 'GET', `/v1/endpoints/${id}`);
  await answer.arrayBuffer();
  return answer.ok;
}

/** @throws {PhaseFailed} when it is not done; @returns the answer's JSON, `null` where it has none */
export async function manage(door: Door, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await request(door, method, path, body);
  const text = await answer.text();
  if (!answer.ok) throw new PhaseFailed(`${method} ${path} was answered ${answer.status}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}

/** @returns the status */
export async function tryToPublish(door: Door, event: object): Promise<number> {
  const answer = await request(door, 'POST', '/v1/events', event);
  await answer.arrayBuffer();
  return answer.status;
}

function request(
  { http: { port, token } }: Door,
  method: string,
  path: string,
  body?: object,
  tenant?: string,
): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(tenant === undefined ? {} : { 'postel-tenant': tenant }),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}
