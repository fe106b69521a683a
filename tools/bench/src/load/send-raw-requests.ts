import { signHeaders, signingKeyOf } from '@postel/signing';
import { Agent, type Dispatcher } from 'undici';
import { benchEvent } from '../bench-event.js';
import { monotonicMs } from '../monotonic-clock.js';

export interface RawInput {
  readonly port: number;
  readonly concurrency: number;
  readonly durationMs: number;
  readonly via: 'request' | 'dispatch';
}

export interface RawOutput {
  readonly requests: number;
  readonly elapsedMs: number;
  readonly cpuMicros: number;
}

type SendOne = (agent: Agent, options: Dispatcher.DispatchOptions & { origin: string }) => Promise<number>;

const keys = [signingKeyOf(`whsec_${Buffer.alloc(32, 7).toString('base64')}`)];

/** What any sender of signed webhooks has to do and nothing else: sign the same body anew, POST it, read the answer. */
export async function sendRawRequests({ port, concurrency, durationMs, via }: RawInput): Promise<RawOutput> {
  const agent = new Agent({ connections: concurrency, pipelining: 1 });
  const body = Buffer.from(benchEvent('order.bench0', 0));
  const send = via === 'request' ? byRequest : byDispatch;
  let stopAtMs = 0;
  let requests = 0;
  const sendUntilStopped = async (sender: number) => {
    for (let n = 0; monotonicMs() < stopAtMs; n++) {
      const status = await send(agent, {
        origin: `http://127.0.0.1:${port}`,
        path: `/e${sender % 10}`,
        method: 'POST',
        headers: headersOf(`evt_${sender}_${n}`, body),
        body,
      });
      if (status !== 200) throw new Error(`the receiver answered ${status}`);
      requests += 1;
    }
  };
  const run = async (forMs: number) => {
    requests = 0;
    stopAtMs = monotonicMs() + forMs;
    await Promise.all(Array.from({ length: concurrency }, (_, sender) => sendUntilStopped(sender)));
  };
  try {
    await run(durationMs / 2); // connections are opened and the code is compiled
    const startedMs = monotonicMs();
    const cpu = process.cpuUsage();
    await run(durationMs);
    const { user, system } = process.cpuUsage(cpu);
    return { requests, elapsedMs: monotonicMs() - startedMs, cpuMicros: user + system };
  } finally {
    await agent.destroy();
  }
}

function headersOf(messageId: string, body: Uint8Array): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Postel-bench',
    ...signHeaders({
      schemes: ['standard', 'timestamp-hex'],
      keys,
      messageId,
      deliveryId: messageId,
      attemptNumber: 1,
      timestampSec: Math.floor(Date.now() / 1_000),
      body,
    }),
  };
}

const byRequest: SendOne = async (agent, options) => {
  const { statusCode, body } = await agent.request(options);
  await body.dump();
  return statusCode;
};

const byDispatch: SendOne = (agent, options) =>
  new Promise((resolve, reject) => {
    let status = 0;
    agent.dispatch(options, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, code) => {
        status = code;
      },
      onResponseData: () => undefined,
      onResponseEnd: () => resolve(status),
      onResponseError: (_controller, error) => reject(error),
    });
  });
