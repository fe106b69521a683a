import { serveCommands } from '@postel/testing';
import { acceptEvents } from './accept-events.js';
import { awaitStreamGrowth, streamPosition, type GrowthInput } from './await-stream-growth.js';
import { connectToBroker, type BrokerClient } from './broker-client.js';
import { pauseConsumers, resumeConsumers } from './pause-consumers.js';
import { publishEvents } from './publish-events.js';
import { publishSteadily } from './publish-steadily.js';
import { publishToBroker, type BrokerRateInput } from './publish-to-broker.js';
import { sendRawRequests } from './send-raw-requests.js';

const commands = {
  sendRawRequests,
  acceptEvents,
  publishEvents,
  publishSteadily,
  publishToBroker: (input: BrokerRateInput) =>
    withBroker(input.natsUrl, (broker) => publishToBroker(broker, input)),
  streamPosition: (input: { readonly natsUrl: string; readonly stream: string }) =>
    withBroker(input.natsUrl, (broker) => streamPosition(broker, input.stream)),
  awaitStreamGrowth: (input: GrowthInput) =>
    withBroker(input.natsUrl, (broker) => awaitStreamGrowth(broker, input)),
  pauseConsumers: (input: { readonly natsUrl: string; readonly stream: string; readonly forMs: number }) =>
    withBroker(input.natsUrl, (broker) => pauseConsumers(broker, input.stream, input.forMs)),
  resumeConsumers: (input: { readonly natsUrl: string; readonly stream: string }) =>
    withBroker(input.natsUrl, (broker) => resumeConsumers(broker, input.stream)),
};
export type LoadCommands = typeof commands;

async function withBroker<T>(natsUrl: string, work: (broker: BrokerClient) => Promise<T>): Promise<T> {
  const broker = await connectToBroker(natsUrl);
  try {
    return await work(broker);
  } finally {
    await broker.close();
  }
}

serveCommands(commands);
