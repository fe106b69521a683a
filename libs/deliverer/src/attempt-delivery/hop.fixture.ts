import {
  backoffPolicy,
  noCustomHeaders,
  type DeliveryFact,
  type DeliveryMeta,
  type EndpointState,
  type OpenCircuit,
} from '@postel/contracts';
import { Admission, defaultCircuitPolicy, type CircuitPolicy } from '@postel/domain';
import type { Sender, SendResult } from '@postel/http-sender';
import type { ConfigTables } from '@postel/jetstream';
import type { DeclaredConversion } from '@postel/payload-versions';
import { signingKeyOf } from '@postel/signing';
import { createLogger, createMeters } from '@postel/telemetry';
import { Circuits } from '../keep-circuits/circuits.js';
import { LimitsOfEndpoints } from './endpoint-limits.js';
import { Hop } from './hop.js';
import type { SigningKeys } from './signing-keys.js';

const endpointId = 'ep_1';
const key = signingKeyOf(`whsec_${Buffer.alloc(32).toString('base64')}`);

/** One endpoint, a clock, and hops whose requests wait for an answer. */
export class HopWorld {
  nowMs = 1_000_000;
  endpoint: EndpointState;
  readonly admission = new Admission<Hop>({ total: 64, window: 64 });
  /** Of the requests that are open, in their order. */
  readonly answers: ((status: number | 'broken') => void)[] = [];
  readonly facts: DeliveryFact[] = [];
  /** Events whose payload was erased. */
  readonly erasedSeqs = new Set<number>();
  handedBack = 0;
  isBreakingOff = false;
  /** What the tables say. */
  circuit: OpenCircuit | null = null;
  conversion: DeclaredConversion = { ok: true, body: Buffer.from('{"own":true}') };
  private readonly circuits: Circuits;
  private readonly limits = new LimitsOfEndpoints(() => 0);

  constructor(settings: Partial<EndpointState> = {}, policy: CircuitPolicy = defaultCircuitPolicy) {
    this.limits.owns(0, this.nowMs);
    this.endpoint = { ...plainEndpoint, ...settings } as EndpointState;
    this.circuits = new Circuits({
      tables: this.tables,
      writer: { replaceCircuit: () => Promise.resolve() },
      policy,
      partitions: 1,
      owned: new Set([0]),
      isOpenElsewhere: (id) => this.admission.isOpenElsewhere(id),
      logger: createLogger('test', 'silent'),
    });
  }

  begin(meta: Partial<DeliveryMeta> = {}): void {
    const message = { meta: { ...plainMeta, ...meta }, body: Buffer.from('{}'), partition: 0 };
    const hop = new Hop(
      { ...message, lane: 'delivery', behind: 0 },
      {
        tables: this.tables,
        admission: this.admission,
        limits: this.limits,
        circuits: this.circuits,
        versions: { bodyOf: () => Promise.resolve(this.conversion) },
        lateness: { isLate: () => false },
        erased: { has: (eventSeq) => this.erasedSeqs.has(eventSeq) },
        defaultRetry: backoffPolicy.parse({}),
        meters: createMeters(),
        random: () => 0,
        isBreakingOff: () => this.isBreakingOff,
        keys: { of: () => ({ keys: [key], privateKeys: [], headers: {} }) } as unknown as SigningKeys,
        sender: this.sender,
        userAgent: 'test',
        newAttemptId: () => 'att_1',
        nowMs: () => this.nowMs,
      },
      {
        concluded: (fact) => this.facts.push(fact),
        handedBack: () => (this.handedBack += 1),
        failed: (error) => {
          throw error;
        },
      },
    );
    hop.begin();
  }

  /** How many put-backs the endpoint can take. */
  room(): number {
    const { tenant } = this.endpoint;
    const place = { endpointId, tenant, partition: 0 };
    return this.admission.room(place, this.limits.of(this.endpoint), this.nowMs);
  }

  private get tables(): ConfigTables {
    return {
      endpoint: () => ({ state: this.endpoint, revision: 1 }),
      circuitOf: () => this.circuit,
      openCircuitIds: () => [].values(),
      onEndpointChange: () => undefined,
    } as unknown as ConfigTables;
  }

  private readonly sender = {
    send: () =>
      new Promise<SendResult>((resolve) => {
        const startedAtMs = this.nowMs;
        this.answers.push((status) => {
          const result = { startedAtMs, durationMs: this.nowMs - startedAtMs, timing: {} };
          if (status === 'broken') resolve({ ...result, error: { code: 'network_error', message: '' } });
          else resolve({ ...result, response: { status, headers: {}, body: '', truncated: false } });
        });
      }),
  } as unknown as Sender;
}

const plainEndpoint = {
  id: endpointId,
  tenant: 'default',
  url: 'https://example.com/',
  status: 'active',
  signature: { schemes: ['standard'] },
  headers: noCustomHeaders,
  retry: null,
  timeoutMs: 10_000,
  maxInFlight: 1,
  rateLimit: null,
  createdAtMs: 0,
  updatedAtMs: 0,
} as unknown as EndpointState;

const plainMeta: DeliveryMeta = {
  deliveryId: 'dlv_1',
  endpointId,
  tenant: 'default',
  eventId: 'evt_1',
  eventSeq: 1,
  type: 'order.created',
  acceptedAtMs: 0,
  hop: 1,
  attemptsMade: 0,
  attemptsBeforeReopen: 0,
  apiVersion: '2024-01-01',
};
