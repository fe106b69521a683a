import { configSubject, type SecretFact } from '@postel/contracts';
import { LocalKeyWrapper, openSecret } from '@postel/signing';
import { waitUntil, type Receiver } from '@postel/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { createHmac, randomBytes } from 'node:crypto';
import type { Api } from '../harness/api-client.js';
import { eventually } from '../harness/eventually.js';
import { connectProducer } from '../harness/nats-producer.js';
import type { Canary } from './find-canaries.js';

export interface DrivenSystem {
  readonly api: Api;
  readonly natsUrl: string;
  readonly receiver: Receiver;
  readonly masterKey: Buffer;
}

/** Where the bytes of events belong. */
const payloadPlaces = [
  'stream:EVENTS',
  'stream:DELIVERIES',
  'wire:',
  'table:events.',
  'table:events_',
  'table:dead_letters.',
  'api:/v1/events',
  'api:/v1/dead-letters',
  'api:/v1/deliveries',
  'file:nats/',
];
/** Where what receivers answer belongs. */
const answerPlaces = ['stream:LOG', 'wire:', 'table:attempts', 'api:/v1/deliveries', 'file:nats/'];

/** Sees to it that every canary goes through all that Postel does: successes, failures, retries, dead letters, refusals. */
export class DriveEverything {
  readonly secrets = {
    first: newSecret(),
    rotated: newSecret(),
    rotatedAtOnce: newSecret(),
    source: newSecret(),
    sourceRotated: newSecret(),
    refused: `whsec_${randomBytes(20).toString('base64')}`,
  };
  readonly headerValues = { first: word('header'), second: word('header') };
  readonly payload = word('payload');
  readonly answer = word('answer');
  readonly wrongToken = word('token');
  private privateKeys: string[] = [];
  private generated: string[] = [];
  private readonly credentials: string[] = [];
  readonly seenPaths: string[] = [];

  constructor(private readonly system: DrivenSystem) {}

  /** To be extended with every further kind of credential. */
  canaries(): Canary[] {
    return [
      ...[...Object.values(this.secrets), ...this.generated].map((secret, index) => ({
        name: `endpoint secret ${index}`,
        forms: [secret, Buffer.from(secret.slice('whsec_'.length), 'base64')],
      })),
      ...this.privateKeys.map((key, index) => ({
        name: `Ed25519 private key ${index}`,
        // the second half of it is the public key
        forms: [Buffer.from(key.slice('whsk_'.length), 'base64').subarray(0, 32)],
      })),
      ...this.credentials.map((text, index) => ({ name: `API key or portal token ${index}`, forms: [text] })),
      { name: 'custom header', forms: [this.headerValues.first, this.headerValues.second] },
      { name: 'wrong token', forms: [this.wrongToken] },
      { name: 'payload', forms: [this.payload], allowed: payloadPlaces },
      { name: 'answer of a receiver', forms: [this.answer], allowed: answerPlaces },
    ];
  }

  async run(): Promise<void> {
    const { api, receiver } = this.system;
    const answer = { headers: { 'x-answer': this.answer }, body: this.answer };
    receiver.setAnswer(({ path }) => ({ status: Number(path.slice(1)) || 200, ...answer }));
    const ids = await this.createEndpoints();
    await this.changeSecrets(ids[0] as string);
    await this.useSources();
    await this.useCredentials();
    await this.publishEvents();
    await this.beRefused(ids[0] as string);
    await this.untilOver(ids);
    // a secret that did not sign would prove nothing
    const sent = receiver.requests.map(({ headers }) => headers['x-key']);
    if (!sent.includes(this.headerValues.second)) throw new Error('no request carried the custom header');
    await this.readAll(ids);
    await api.deleteEndpoint(ids[1] as string);
  }

  private async createEndpoints(): Promise<string[]> {
    const { api, receiver } = this.system;
    const common = {
      headers: { 'x-key': this.headerValues.first },
      signature: { schemes: ['standard', 'standard-ed25519', 'timestamp-hex'] },
      retry: { schedule: [100] },
      events: ['order.canary'],
    };
    const ids: string[] = [];
    for (const [index, status] of [200, 503, 400, 410].entries()) {
      const own = index === 0 ? { secret: this.secrets.first } : {};
      const made = await api.createEndpoint({ url: `${receiver.url}/${status}`, ...common, ...own });
      if (index > 0) this.generated.push(made.secret);
      ids.push(made.id);
      await this.keepPrivateKeys(made.id);
    }
    return ids;
  }

  private async changeSecrets(id: string): Promise<void> {
    const { api } = this.system;
    const rotate = (body: object) => this.expect(200, 'POST', `/v1/endpoints/${id}/rotate-secret`, body);
    await rotate({ secret: this.secrets.rotated });
    await this.keepPrivateKeys(id);
    await rotate({ secret: this.secrets.rotatedAtOnce, graceSeconds: 0 });
    await this.keepPrivateKeys(id);
    const { secret } = (await rotate({})) as { secret: string };
    this.generated.push(secret);
    await this.expect(200, 'GET', `/v1/endpoints/${id}/secret`);
    await api.updateEndpoint(id, { headers: { 'x-key': this.headerValues.second } });
  }

  private async useSources(): Promise<void> {
    const make = (body: object) => this.expect(201, 'POST', '/v1/sources', body);
    const body = { name: 'made', provider: 'github' };
    const { secret, url } = (await make(body)) as { secret: string; url: string };
    this.generated.push(secret);
    await this.sendInbound(url, secret);
    const own = { name: 'own', provider: 'postel', secrets: [this.secrets.source] };
    const { id } = (await make(own)) as { id: string };
    await this.expect(200, 'PATCH', `/v1/sources/${id}`, {
      secrets: [this.secrets.sourceRotated, this.secrets.source],
    });
    await this.refuse('POST', '/v1/sources', { body: own });
    await this.refuse('POST', '/v1/sources', { body: { ...own, [this.secrets.source]: true } });
    await this.refuse('PATCH', `/v1/sources/${id}`, { body: { secrets: [this.secrets.refused, 'x'] } });
    this.seenPaths.push('/v1/sources', `/v1/sources/${id}`);
  }

  /** Signed, it is an event; otherwise nothing of it is kept. */
  private async sendInbound(url: string, secret: string): Promise<void> {
    const { api } = this.system;
    const body = JSON.stringify({ note: this.payload });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}`, 'x-github-delivery': 'd-1' };
    const { status, text } = await api.request('POST', url, { token: null, body, headers });
    if (status !== 200) throw new Error(`an inbound webhook was answered ${status} ${text}`);
    await this.refuse('POST', url, { body, headers: { 'x-hub-signature-256': this.wrongToken } });
  }

  /** Made, used, refused after they were revoked; and answers with secrets that are kept for repetitions. */
  private async useCredentials(): Promise<void> {
    const { api, receiver } = this.system;
    const made = async (path: string, field: string, options: { body?: unknown; token?: string }) => {
      const { json } = await api.request('POST', path, { headers: { 'idempotency-key': path }, ...options });
      const credential = String((json as Record<string, unknown>)[field]);
      this.credentials.push(credential);
      return { id: String((json as { id: unknown }).id), credential };
    };
    await this.expect(201, 'POST', '/v1/tenants', { id: 'canary' });
    const keys = '/v1/tenants/canary/api-keys';
    const key = await made(keys, 'key', { body: { name: 'canary' } });
    const asKey = { token: key.credential, body: {} };
    const token = await made('/v1/portal-tokens', 'token', asKey);
    const endpoint = await made('/v1/endpoints', 'secret', { ...asKey, body: { url: receiver.url } });
    await made(`/v1/endpoints/${endpoint.id}/rotate-secret`, 'secret', asKey);
    for (const path of ['/v1/endpoints', '/v1/deliveries', '/v1/dead-letters', '/v1/tenants'])
      for (const { credential } of [key, token]) await api.request('GET', path, { token: credential });
    await api.request('DELETE', `/v1/portal-tokens/${token.id}`, { token: key.credential });
    await api.request('DELETE', `${keys}/${key.id}`);
    await this.refuse('GET', '/v1/endpoints', { token: key.credential });
    await this.refuse('GET', '/v1/endpoints', { token: token.credential });
  }

  private async publishEvents(): Promise<void> {
    const { api, natsUrl } = this.system;
    const data = {
      object: { id: 'o', note: this.payload },
      previousAttributes: { note: this.payload },
    };
    const event = { type: 'order.canary', data, relatedObjects: { note: this.payload } };
    for (let n = 0; n < 3; n++) await api.publish(event);
    await api.publishBatch([event, { ...event, data: this.payload }]);
    const producer = await connectProducer(natsUrl);
    await producer.publish('order.canary', JSON.stringify(event));
    // ends as a dead letter with its bytes
    await producer.publish('order.canary', `{"data": ${this.payload}`);
    await producer.close();
  }

  private async beRefused(id: string): Promise<void> {
    const { api, receiver } = this.system;
    const secret = this.secrets.refused;
    const long = `whsec_${randomBytes(65).toString('base64')}`;
    const bodies: unknown[] = [
      { url: receiver.url, secret, events: ['no'] },
      { url: `http://10.0.0.1/`, secret: this.secrets.rotated },
      { url: receiver.url, headers: { 'bad name': this.headerValues.first, host: this.headerValues.second } },
      { url: receiver.url, headers: { 'x-a': `${this.headerValues.first}\n` }, secret: long },
      { url: receiver.url, [this.secrets.rotated]: true },
      `{"url": "${this.headerValues.first}", "secret": "${this.secrets.rotated}`,
    ];
    for (const body of bodies) await this.refuse('POST', '/v1/endpoints', { body });
    await this.refuse('POST', `/v1/endpoints/${id}/rotate-secret`, { body: { secret, graceSeconds: -1 } });
    await this.refuse('PATCH', `/v1/endpoints/${id}`, { body: { secret: this.secrets.rotated } });
    await this.refuse('POST', '/v1/events', { body: `{"type": "order.canary", "data": "${this.payload}` });
    await this.refuse('POST', '/v1/events', { body: { type: 'order.canary', data: this.payload } });
    await this.refuse('POST', '/v1/events', { body: { type: this.payload, data: { object: {} } } });
    await this.refuse('GET', '/v1/endpoints', { token: this.wrongToken });
    await this.refuse('GET', '/v1/deliveries', { token: this.wrongToken });
    await this.refuse('GET', `/v1/endpoints?cursor=${this.wrongToken}`);
    await this.refuse('GET', '/v1/endpoints', { headers: { 'postel-tenant': this.wrongToken } });
    const credential = { headers: { cookie: this.wrongToken, 'x-api-key': this.wrongToken } };
    await api.request('GET', '/v1/endpoints', credential);
  }

  private async refuse(
    method: string,
    path: string,
    options: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
  ): Promise<void> {
    const { status, text } = await this.system.api.request(method, path, options);
    if (status < 400 || status >= 500) throw new Error(`${method} ${path} answered ${status} ${text}`);
  }

  private async untilOver(ids: readonly string[]): Promise<void> {
    const { api } = this.system;
    const endOf = ['succeeded', 'dead', 'dead', 'dead'];
    await waitUntil(
      async () => {
        const counts = await Promise.all(
          ids.map(async (id, n) => (await api.deliveries(`endpointId=${id}&status=${endOf[n]}`)).data.length),
        );
        return counts[0] === 5 && counts[1] === 5 && counts[2] === 5 && (counts[3] as number) >= 1;
      },
      { timeoutMs: 60_000, describe: 'all deliveries to end' },
    );
    const invalid = 'reason=invalid_event';
    await waitUntil(async () => (await api.deadLetters(invalid)).data.length === 1, { timeoutMs: 60_000 });
    // the archive is written by itself
    const events = new Set((await api.all((query) => api.deliveries(query))).map(({ eventId }) => eventId));
    for (const id of events) await eventually(() => api.event(id), `${id} in the archive`);
  }

  /** All that shows no secrets by contract. */
  private async readAll(ids: readonly string[]): Promise<void> {
    const { api } = this.system;
    const deliveries = await api.all((query) => api.deliveries(query));
    const events = [...new Set(deliveries.map(({ eventId }) => eventId))];
    this.seenPaths.push(
      ...['/v1/endpoints', '/v1/events', '/v1/dead-letters', '/v1/deliveries', '/v1/stats', '/openapi.json'],
      ...ids.flatMap((id) =>
        ['', '/history', '/deliveries', '/stats'].map((end) => `/v1/endpoints/${id}${end}`),
      ),
      ...deliveries.flatMap(({ id }) => [`/v1/deliveries/${id}`, `/v1/deliveries/${id}/attempts`]),
      ...events.map((id) => `/v1/events/${id}`),
    );
    for (const { id } of (await api.deadLetters()).data) this.seenPaths.push(`/v1/dead-letters/${id}`);
  }

  /** Nothing ever shows them: they are opened as Postel does it. */
  private async keepPrivateKeys(endpointId: string): Promise<void> {
    const connection = await connect({ servers: this.system.natsUrl });
    const jsm = await jetstreamManager(connection);
    const subject = configSubject('secret', 'default', endpointId);
    const fact = (await jsm.streams.getMessage('CONFIG', { last_by_subj: subject }))?.json<SecretFact>();
    await connection.close();
    const [newest] = fact?.keyPairs ?? [];
    if (!newest) throw new Error(`no key pair of ${endpointId} in CONFIG`);
    const owner = { tenant: 'default', endpointId, purpose: 'ed25519' } as const;
    this.privateKeys.push(await openSecret(newest, new LocalKeyWrapper(this.system.masterKey), owner));
  }

  private async expect(status: number, method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.system.api.request(method, path, body === undefined ? {} : { body });
    if (answer.status !== status)
      throw new Error(`${method} ${path} answered ${answer.status} ${answer.text}`);
    return answer.json;
  }
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

function word(name: string): string {
  return `canary-${name}-${randomBytes(12).toString('hex')}`;
}
