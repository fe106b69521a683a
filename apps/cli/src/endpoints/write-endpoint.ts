import { unwrap } from '@postel/client';
import type { Command } from 'commander';
import { addDo } from '../list/do-command.js';
import { choice, collected, repeated, wholeNumber } from '../read/options.js';
import { readObject } from '../read/read-data.js';
import type { Terminal } from '../terminal/terminal.js';
import { usageFailure } from '../fail/command-failure.js';
import type { CreatedEndpoint, Endpoint } from './endpoint.js';
import { endpointBody, type EndpointOptions } from './endpoint-body.js';

export function addCreate(endpoints: Command, terminal: Terminal): void {
  addDo<CreatedEndpoint, EndpointOptions>(endpoints, terminal, {
    usage: 'create [url]',
    description: 'create an endpoint; its secret is shown here',
    options: withEndpointOptions,
    call: async (client, [url], options) => {
      const body = endpointBody(options, await dataOf(terminal, options));
      const whole = { events: ['*'], ...(url === undefined ? {} : { url }), ...body };
      if (!('url' in whole)) throw usageFailure('an endpoint needs a URL', '`postel endpoints create URL`');
      return unwrap(client.POST('/v1/endpoints', { body: whole as never }));
    },
    done: ({ id, url, events, secret }) =>
      [
        `${id} gets ${events.join(', ')} at ${url}`,
        `Its secret, to verify signatures with: ${secret}`,
        `Try it: postel endpoints test ${id}`,
      ].join('\n'),
  });
}

export function addUpdate(endpoints: Command, terminal: Terminal): void {
  addDo<Endpoint, EndpointOptions>(endpoints, terminal, {
    usage: 'update <id>',
    description: 'change an endpoint; what is left out stays',
    options: (command) =>
      withEndpointOptions(command).option('--endpoint-url <url>', 'where it is from now on'),
    call: async (client, [id = ''], options) => {
      const body = endpointBody(options, await dataOf(terminal, options));
      if (Object.keys(body).length === 0) throw usageFailure('what shall change?', 'see --help');
      return unwrap(client.PATCH('/v1/endpoints/{id}', { params: { path: { id } }, body: body as never }));
    },
    done: ({ id, url, events }) => `${id} gets ${events.join(', ')} at ${url}`,
  });
}

function withEndpointOptions(command: Command): Command {
  return command
    .option('--events <filters>', 'which types: order.created, order.*, or * (all)', collected)
    .option('--description <text>')
    .option('--channels <names>', 'only events of one of these', collected)
    .option('--filter <json>', 'conditions on the event')
    .option('--api-version <version>', 'payload version')
    .option('--header <header>', '"Name: value", sent with each request; repeatable', repeated)
    .option('--metadata <pair>', 'name=value; repeatable', repeated)
    .option(
      '--scheme <names>',
      'how it is signed: standard, standard-ed25519, timestamp-hex, body-hex',
      collected,
    )
    .option('--timeout <ms>', 'of one attempt', wholeNumber(1, 30_000))
    .option('--max-in-flight <n>', 'attempts at once', wholeNumber(1, 100_000))
    .option('--rate-limit <n/s>', 'such as 100/1, or none')
    .addOption(choice('--ordering <order>', 'in order by ordering key, or not', ['none', 'key']))
    .option('--retry <json>', 'the retry policy')
    .option('--secret <secret>', 'this one (whsec_…), instead of one that is made')
    .option('--data <json>', 'the body, or what there is no option for; @file or - for standard input');
}

function dataOf(terminal: Terminal, { data }: EndpointOptions): Promise<Record<string, unknown>> {
  return data === undefined ? Promise.resolve({}) : readObject(terminal, data, '--data');
}
