import {
  parseConfigSubject,
  upcastEndpoint,
  type CircuitFact,
  type EndpointFact,
  type EndpointState,
  type FirstWordFact,
  type OpenCircuit,
  type SealedSecret,
  type SecretFact,
} from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { followStream } from './follow-stream.js';
import type { IncomingMessage } from './incoming-message.js';

export interface EndpointEntry {
  readonly state: EndpointState;
  /** Position of its last fact in CONFIG: what the next one expects. */
  readonly revision: number;
}

export interface EndpointChange {
  readonly endpointId: string;
  readonly tenant: string;
  /** `null`: it was deleted. */
  readonly entry: EndpointEntry | null;
  /** `null`: it is new here. */
  readonly previous: EndpointState | null;
}

/** These tables are behind, and do not catch up: the broker does not hand out what it has. */
class ConfigNotReached extends Error {
  override name = 'ConfigNotReached';
}

/**
 * The CONFIG stream in memory: the last message of each subject, then every change. Services decide by it without
 * asking the database, and go on with what they know while the broker is away.
 */
export class ConfigTables {
  private readonly endpoints = new Map<string, EndpointEntry>();
  private readonly secrets = new Map<string, readonly SealedSecret[]>();
  private readonly circuits = new Map<string, OpenCircuit>();
  private readonly words = new Set<string>();
  private readonly listeners: ((change: EndpointChange) => void)[] = [];
  private readonly stopped = new AbortController();
  private waiters: { seq: number; resolve: () => void }[] = [];
  private following: Promise<void> = Promise.resolve();
  private position = 0;

  constructor(
    private readonly broker: Broker,
    private readonly onTrouble: (error: Error) => void = () => undefined,
  ) {}

  /** Resolves when all that was there is loaded. Register listeners before. */
  async start(): Promise<void> {
    const last = await this.lastSequence();
    await new Promise<void>((level) => {
      this.following = followStream(this.broker, {
        stream: 'CONFIG',
        filters: ['postel.config.>'],
        start: 'last-per-subject',
        signal: this.stopped.signal,
        onBatch: (batch) => Promise.resolve(this.applyAll(batch)),
        onLevel: () => {
          // the tail of the stream may have been purged: nothing at or below `last` is still to come
          this.moveTo(last);
          level();
        },
        onTrouble: this.onTrouble,
      });
    });
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.following;
  }

  endpoint(endpointId: string): EndpointEntry | undefined {
    return this.endpoints.get(endpointId);
  }

  endpointsOf(tenant: string): EndpointEntry[] {
    return [...this.endpoints.values()].filter(({ state }) => state.tenant === tenant);
  }

  allEndpoints(): IterableIterator<EndpointEntry> {
    return this.endpoints.values();
  }

  sealedSecretsOf(endpointId: string): readonly SealedSecret[] {
    return this.secrets.get(endpointId) ?? [];
  }

  /** `null`: closed. */
  circuitOf(endpointId: string): OpenCircuit | null {
    return this.circuits.get(endpointId) ?? null;
  }

  /** Endpoints whose circuit is open. */
  openCircuitIds(): IterableIterator<string> {
    return this.circuits.keys();
  }

  firstWords(): ReadonlySet<string> {
    return this.words;
  }

  onEndpointChange(listener: (change: EndpointChange) => void): void {
    this.listeners.push(listener);
  }

  /** The last CONFIG sequence that these tables contain. */
  get sequence(): number {
    return this.position;
  }

  /** The last sequence of CONFIG as the broker has it now. */
  async lastSequence(): Promise<number> {
    return (await this.broker.jsm.streams.info('CONFIG')).state.last_seq;
  }

  /**
   * Resolves once these tables contain that position.
   * @throws when they do not get there within `timeoutMs`
   */
  async reached(seq: number, timeoutMs = 5_000): Promise<void> {
    if (this.position >= seq) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(new ConfigNotReached(`CONFIG ${seq} was not reached; these tables are at ${this.position}`)),
        timeoutMs,
      );
    });
    const there = new Promise<void>((resolve) => this.waiters.push({ seq, resolve }));
    await Promise.race([there, late]).finally(() => clearTimeout(timer));
  }

  private applyAll(batch: readonly IncomingMessage[]): void {
    for (const message of batch) {
      this.apply(message);
      this.moveTo(message.seq);
    }
  }

  private moveTo(seq: number): void {
    if (seq <= this.position) return;
    this.position = seq;
    if (this.waiters.length === 0) return;
    const reached = this.waiters.filter((waiter) => waiter.seq <= seq);
    this.waiters = this.waiters.filter((waiter) => waiter.seq > seq);
    for (const { resolve } of reached) resolve();
  }

  private apply(message: IncomingMessage): void {
    const subject = parseConfigSubject(message.subject);
    if (!subject) return;
    const fact: unknown = JSON.parse(new TextDecoder().decode(message.payload));
    if (typeof fact !== 'object' || fact === null || !('v' in fact) || fact.v !== 1) return;
    switch (subject.kind) {
      case 'endpoint':
        return this.applyEndpoint(subject.tenant, subject.id, fact as EndpointFact, message.seq);
      case 'secret':
        this.secrets.set(subject.id, (fact as SecretFact).secrets);
        return;
      case 'circuit':
        return this.applyCircuit(subject.id, fact as CircuitFact);
      case 'first-word':
        this.words.add((fact as FirstWordFact).word);
        return;
    }
  }

  private applyCircuit(endpointId: string, { state }: CircuitFact): void {
    if (state) this.circuits.set(endpointId, state);
    else this.circuits.delete(endpointId);
  }

  private applyEndpoint(tenant: string, endpointId: string, fact: EndpointFact, seq: number): void {
    const entry = fact.state ? { state: upcastEndpoint(fact.state), revision: seq } : null;
    const previous = this.endpoints.get(endpointId)?.state ?? null;
    if (entry) this.endpoints.set(endpointId, entry);
    else this.forget(endpointId);
    for (const listener of this.listeners) listener({ endpointId, tenant, entry, previous });
  }
  private forget(endpointId: string): void {
    this.endpoints.delete(endpointId);
    this.secrets.delete(endpointId);
    this.circuits.delete(endpointId);
  }
}
