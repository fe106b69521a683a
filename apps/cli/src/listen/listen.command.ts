import { generateSecret, signingKeyOf } from '@postel/signing';
import type { Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { running } from '../context.js';
import { usageFailure } from '../fail/command-failure.js';
import { collected, wholeNumber } from '../read/options.js';
import type { Terminal } from '../terminal/terminal.js';
import { forwardTarget } from './forward-target.js';
import { listen } from './listen.js';

interface ListenOptions {
  readonly forwardTo: string;
  readonly events?: readonly string[];
  readonly printJson?: boolean;
  readonly secret?: string;
  readonly timeout: number;
  readonly after?: string;
}

export function addListen(program: Command, terminal: Terminal): void {
  program
    .command('listen')
    .description('have the events of a tenant at your own machine, signed as a delivery is, while this runs')
    .requiredOption('--forward-to <url>', 'where to, such as http://localhost:3000/webhooks')
    .option('--events <filters>', 'only these: order.created, order.*', collected)
    .option('--print-json', 'show each body')
    .option('--secret <secret>', 'sign with this one (whsec_…), instead of one that is made')
    .option('--timeout <ms>', 'of one request', wholeNumber(1, 300_000), 10_000)
    .option('--after <position>', 'begin behind this message, instead of now')
    .action(
      running<ListenOptions>(terminal, (context, _args, options) => {
        const secret = options.secret ?? generateSecret(randomBytes(32));
        return listen(context, {
          target: forwardTarget(options.forwardTo),
          events: options.events ?? [],
          printJson: options.printJson ?? false,
          secret,
          key: keyOf(secret),
          timeoutMs: options.timeout,
          after: options.after,
        });
      }),
    );
}

function keyOf(secret: string) {
  try {
    return signingKeyOf(secret);
  } catch (error) {
    throw usageFailure(`--secret: ${(error as Error).message}`);
  }
}
