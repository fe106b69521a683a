import type { BrokerClient } from './broker-client.js';

/** Of a stream: nothing is handed out meanwhile, and whoever pulls goes on waiting. */
export async function pauseConsumers(broker: BrokerClient, stream: string, forMs: number): Promise<void> {
  const until = new Date(Date.now() + forMs);
  for (const name of await consumersOf(broker, stream)) await broker.jsm.consumers.pause(stream, name, until);
}

export async function resumeConsumers(broker: BrokerClient, stream: string): Promise<void> {
  for (const name of await consumersOf(broker, stream)) await broker.jsm.consumers.resume(stream, name);
}

async function consumersOf({ jsm }: BrokerClient, stream: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of jsm.consumers.list(stream)) names.push(name);
  return names;
}
