import { PhaseFailed } from '../report.js';
import type { Stack } from './start-stack.js';

/** Makes an endpoint, as a user does; an event accepted after this reaches it. */
export async function createEndpoint(
  { http: { port, token } }: Pick<Stack, 'http'>,
  endpoint: { readonly url: string; readonly events: readonly string[] },
): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/endpoints`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(endpoint),
  });
  if (answer.status !== 201) {
    throw new PhaseFailed(`an endpoint was answered ${answer.status}: ${await answer.text()}`);
  }
  await answer.arrayBuffer();
}
