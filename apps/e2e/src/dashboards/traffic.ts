import { createHmac } from 'node:crypto';
import type { TlsOptions } from '@nats-io/transport-node';
import type { Receiver } from '@postel/testing';
import type { CreatedEndpoint } from '../harness/api-client.js';
import type { Fleet } from '../harness/fleet.js';
import { connectProducer, type NatsProducer } from '../harness/nats-producer.js';

/** What makes circuits open and endpoints fail within seconds. */
export const trafficEnv = {
  POSTEL_CIRCUIT: JSON.stringify({ failures: 5, overMs: 200, openMs: 2_000, maxOpenMs: 4_000 }),
  POSTEL_ALERTS: JSON.stringify({ warn: { deadLetters: 3, windowSeconds: 60 } }),
};

const stripeSecret = 'whsec_of_stripe';

const types = {
  well: 'order.well',
  mixed: 'order.mixed',
  down: 'order.down',
  paused: 'order.paused',
  nobody: 'order.closed_port',
} as const;

/** Traffic in which everything happens that a dashboard may show. */
export class Traffic {
  private rounds = 0;

  private constructor(
    private readonly fleet: Fleet,
    private readonly producer: NatsProducer,
    private readonly sourceUrl: string,
    private readonly well: Receiver,
    /** The one of which the dashboard of one endpoint tells. */
    readonly endpoint: CreatedEndpoint,
  ) {}

  static async start(fleet: Fleet, tls: TlsOptions | null = null): Promise<Traffic> {
    const { api } = fleet;
    const well = await fleet.receiver();
    await api.createEndpoint({ url: well.url, events: [types.well, 'inbound.*', 'payment.*'] });
    const mixed = await api.createEndpoint({
      url: (await mixedReceiver(fleet)).url,
      events: [types.mixed],
      retry: { schedule: [1_000, 600_000] },
    });
    const down = await fleet.receiver(() => ({ status: 503 }));
    const often = { schedule: Array.from({ length: 30 }, () => 500) };
    await api.createEndpoint({ url: down.url, events: [types.down], retry: often });
    const paused = await api.createEndpoint({ url: well.url, events: [types.paused] });
    await api.setEndpoint(paused.id, 'pause');
    const closed = await fleet.receiver();
    await closed.close();
    const once = { maxAttempts: 1 };
    await api.createEndpoint({ url: closed.url, events: [types.nobody], retry: once });
    const source = await api.request('POST', '/v1/sources', {
      body: { name: 'billing', provider: 'stripe', secrets: [stripeSecret] },
    });
    const { url } = source.json as { url: string };
    const traffic = new Traffic(fleet, await connectProducer(fleet.nats.url, tls), url, well, mixed);
    traffic.setOutage(false);
    return traffic;
  }

  /** The receiver of most of it is down, or well again. */
  setOutage(isDown: boolean): void {
    this.well.setAnswer(() => ({ status: isDown ? 503 : 200, delayMs: 5 + 20 * Math.random() }));
  }

  /** Some of everything, more and less by turns. */
  async round(): Promise<void> {
    this.rounds += 1;
    const { api } = this.fleet;
    await api.publishBatch([
      ...eventsOf(types.well, 15 + Math.round(10 * Math.sin(this.rounds / 40))),
      ...eventsOf(types.mixed, 6),
      ...eventsOf(types.down, 2),
      ...eventsOf(types.paused, 1),
      ...eventsOf(types.nobody, 1),
    ]);
    await this.producer.publish('payment.succeeded', JSON.stringify({ id: `pay_${this.rounds}` }));
    await this.producer.publish('payment.failed', 'no JSON');
    await api.request('POST', '/v1/events', { body: { type: 'no dots', data: {} } });
    const paid = JSON.stringify({ id: `evt_${this.rounds}`, type: 'invoice.paid' });
    await api.request('POST', this.sourceUrl, { token: null, body: paid, headers: stripeHeaders(paid) });
  }

  async stop(): Promise<void> {
    await this.producer.close();
  }
}

function stripeHeaders(body: string): Record<string, string> {
  const at = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', stripeSecret).update(`${at}.${body}`).digest('hex');
  return { 'stripe-signature': `t=${at},v1=${signature}` };
}

function eventsOf(type: string, count: number): object[] {
  return Array.from({ length: count }, (_, n) => ({ type, data: { object: { n } } }));
}

/** Mostly well; sometimes down, sometimes it refuses. */
function mixedReceiver(fleet: Fleet): Promise<Receiver> {
  return fleet.receiver((_request, n) => {
    if (n % 6 === 1) return { status: 400 };
    if (n % 6 === 3) return { status: 500, delayMs: 200 * Math.random() };
    return { status: 200, delayMs: 20 + 60 * Math.random() };
  });
}
