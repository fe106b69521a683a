import { serveCommands } from '../worker-channel.js';
import { acceptEvents } from './accept-events.js';
import { connectToBroker } from './broker-client.js';
import { publishEvents } from './publish-events.js';
import { publishSteadily } from './publish-steadily.js';
import { publishToBroker, type BrokerRateInput } from './publish-to-broker.js';
import { sendRawRequests } from './send-raw-requests.js';

const commands = {
  sendRawRequests,
  acceptEvents,
  publishEvents,
  publishSteadily,
  publishToBroker: async (input: BrokerRateInput) => {
    const broker = await connectToBroker(input.natsUrl);
    try {
      return await publishToBroker(broker, input);
    } finally {
      await broker.close();
    }
  },
};
export type LoadCommands = typeof commands;

serveCommands(commands);
