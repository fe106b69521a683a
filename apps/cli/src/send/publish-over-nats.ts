import { parseEventType } from '@postel/domain';
import { BrokerUnreachable, publishOnce, type PublishedOnce } from '@postel/jetstream';
import type { Context } from '../context.js';
import { keptDirectory } from '../connect/kept-installation.js';
import { CommandFailure, exitCodes, usageFailure } from '../fail/command-failure.js';
import { existsSync } from 'node:fs';

export interface NatsEvent {
  readonly type: string;
  readonly id: string;
  readonly body: string;
  /** `true`: where the environment says. */
  readonly url: string | true;
}

/**
 * Through the second front door, as a producer does; whose event it is stands in a header.
 * @throws {CommandFailure} also for what is no event type: a broker without permissions takes a message of any subject, and
 * `postel.…` is how the services talk to each other
 */
export async function publishOverNats(context: Context, event: NatsEvent): Promise<PublishedOnce> {
  const { terminal, globals } = context;
  const server = event.url === true ? natsUrlOf(context) : event.url;
  const { env } = terminal;
  const parsed = parseEventType(event.type);
  if (!parsed.ok) throw usageFailure(`${event.type}: ${parsed.message}`);
  const tenant = globals.tenant || env['POSTEL_TENANT'];
  try {
    return await publishOnce(
      {
        servers: server.split(',').map((one) => one.trim()),
        name: 'postel-cli',
        credsFile: env['NATS_CREDS'] || null,
        caFile: env['NATS_CA'] || null,
        certFile: env['NATS_CERT'] || null,
        keyFile: env['NATS_KEY'] || null,
        patienceMs: 0,
      },
      {
        subject: event.type,
        payload: Buffer.from(event.body),
        messageId: event.id,
        headers: tenant ? { 'Postel-Tenant': tenant } : {},
      },
    );
  } catch (error) {
    if (error instanceof BrokerUnreachable) {
      throw new CommandFailure(error.message, exitCodes.unreachable, '`postel doctor` looks at NATS');
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      `NATS did not take it: ${reason}`,
      exitCodes.failed,
      takenAdvice(reason, event.type),
    );
  }
}

/** Where nobody takes a subject, nats.js asks the account, and says `jetstream is not enabled` when nobody answers that. */
function takenAdvice(reason: string, type: string): string | null {
  if (!/no responders|503|not enabled/i.test(reason)) return null;
  return `no stream has the subject ${type}: a new first word is registered by an event over HTTP`;
}

function natsUrlOf({ terminal: { env, directory } }: Context): string {
  if (env['NATS_URL']) return env['NATS_URL'];
  if (existsSync(keptDirectory(directory, env)))
    return `nats://127.0.0.1:${env['POSTEL_NATS_PORT'] || '4222'}`;
  throw usageFailure('which NATS server?', 'set NATS_URL, or give it with --nats URL');
}
