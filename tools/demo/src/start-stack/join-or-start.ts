import { DemoFault } from '../demo-fault.js';
import { keepStack } from './keep-stack.js';
import { probe, untilReady } from './probe.js';
import { adminToken, stackAddress } from './stack-address.js';

export interface Stack {
  readonly url: string;
  readonly natsUrl: string;
  readonly token: string;
  /** What was started is stopped; what was joined is left alone. */
  stop(): Promise<void>;
}

export interface JoinOrStartOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** @throws {DemoFault} */
export async function joinOrStart({ env, signal, say }: JoinOrStartOptions): Promise<Stack> {
  const address = stackAddress(env);
  const { url, natsUrl, named } = address;
  let state = await probe(url);
  if (state === 'starting' || (state === 'absent' && named)) {
    say(`Waiting for Postel at ${url}.`);
    const timeoutMs = state === 'starting' ? 60_000 : 15_000;
    if (!(await untilReady(url, { timeoutMs, signal }))) {
      throw new DemoFault(`Postel at ${url} does not get ready${named ? ' (POSTEL_URL)' : ''}.`);
    }
    state = 'ready';
  }
  if (state === 'ready') {
    say(`Joining the Postel at ${url}.`);
    return { url, natsUrl, token: adminToken(env, address), stop: () => Promise.resolve() };
  }
  say(`No Postel at ${url}: starting one, with its data in ${address.dataDir}.`);
  const kept = await keepStack({ address, env, signal, say });
  return { url, natsUrl, token: adminToken(env, address), stop: () => kept.stop() };
}
