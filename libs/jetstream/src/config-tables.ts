import {
  configFilter,
  configKinds,
  configSubject,
  defaultTenant,
  everyConfigFilter,
  parseConfigSubject,
  upcastEventType,
  upcastSecrets,
  type AggregateKind,
  type ApiKeyUseFact,
  type CircuitFact,
  type ConfigFact,
  type ConfigKind,
  type ConfigStates,
  type EndpointSecrets,
  type EndpointState,
  type EventTypeState,
  type FirstWordFact,
  type OpenCircuit,
  type SecretFact,
  type TenantFact,
} from '@postel/contracts';
import { ConfigPosition } from './config-position.js';
import { ConfigTable, type ConfigChange, type ConfigEntry } from './config-table.js';
import type { Broker } from './connect-broker.js';
import { DeletedTenants } from './deleted-tenants.js';
import { followStream } from './follow-stream.js';
import { allOfConfig, HeldEndpoints, type ConfigNeeds } from './held-endpoint.js';
import type { IncomingMessage } from './incoming-message.js';
import { hasMessageBetween, lastSequenceNow } from './last-sequence.js';
import { isBrokerUnavailable } from './publish-error.js';
import { lastSequenceOf } from './read-message.js';
import { SharedRun } from './shared-run.js';

export type EndpointEntry = ConfigEntry<EndpointState>;
export type EndpointChange = ConfigChange<EndpointState>;

/** What an endpoint has that nobody may read, and whose it is. */
export interface SecretsEntry extends ConfigEntry<EndpointSecrets> {
  readonly tenant: string;
  readonly endpointId: string;
}

type Tables = { readonly [Kind in AggregateKind]: ConfigTable<ConfigStates[Kind]> };

/** For an answer of the broker, and for what it has to come. */
const patienceMs = 5_000;

/** What is there comes much sooner. */
const purgedAfterMs = 250;
/** Where not all is read, what is awaited is often nothing that will come. */
const unreadAfterMs = 25;

/** Kinds of what a tenant has; its own state is a fact of its own. */
const tenantsOwn = ['endpoint', 'api-key', 'portal-token', 'event-type', 'source'] as const;

/**
 * The CONFIG stream in memory: the last message of each subject, then every change. Services decide by it without
 * asking the database, and go on with what they know while the broker is away.
 */
export class ConfigTables {
  private readonly tables: Tables = {
    tenant: new ConfigTable(),
    'api-key': new ConfigTable(),
    'portal-token': new ConfigTable(),
    endpoint: new ConfigTable(),
    'event-type': new ConfigTable(),
    source: new ConfigTable(),
  };
  readonly deletedTenants = new DeletedTenants();
  /** Ids of endpoints are unique over all tenants, and a delivery names no tenant. */
  private readonly endpoints = new Map<string, EndpointEntry>();
  private readonly secrets = new Map<string, SecretsEntry>();
  private readonly circuits = new Map<string, OpenCircuit>();
  private readonly keyUses = new Map<string, number>();
  private readonly words = new Map<string, string | null>();
  private readonly held: HeldEndpoints;
  private readonly stopped = new AbortController();
  private following: Promise<void> = Promise.resolve();
  private readonly position = new ConfigPosition();
  private readonly catchingUp = new SharedRun(async () => this.reached(await this.lastSequence()));

  constructor(
    private readonly broker: Broker,
    private readonly onTrouble: (error: Error) => void = () => undefined,
    private readonly needs: ConfigNeeds = allOfConfig,
  ) {
    this.held = new HeldEndpoints(needs);
  }

  /** Resolves when all that was there is loaded. Register listeners before. */
  async start(): Promise<void> {
    const last = await this.lastSequence();
    await new Promise<void>((level) => {
      this.following = followStream(this.broker, {
        stream: 'CONFIG',
        filters: this.filters(),
        start: 'last-per-subject',
        signal: this.stopped.signal,
        onBatch: (batch) => Promise.resolve(this.applyAll(batch)),
        onLevel: () => {
          // the tail of the stream may have been purged: nothing at or below `last` is still to come
          this.position.moveTo(last);
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

  /** All of one kind. Register listeners before {@link start}. */
  table<Kind extends AggregateKind>(kind: Kind): ConfigTable<ConfigStates[Kind]> {
    return this.tables[kind];
  }

  /** `default` exists from the first start, without a fact. */
  tenantExists(tenant: string): boolean {
    return tenant === defaultTenant || this.tables.tenant.get(tenant, tenant) !== undefined;
  }

  /** Beside `default`. */
  get hasSeveralTenants(): boolean {
    for (const { state } of this.tables.tenant.all()) if (state.id !== defaultTenant) return true;
    return false;
  }

  /** @returns `null` for a key that was never used */
  keyUsedAtMs(keyId: string): number | null {
    return this.keyUses.get(keyId) ?? null;
  }

  endpoint(endpointId: string): EndpointEntry | undefined {
    return this.endpoints.get(endpointId);
  }

  endpointsOf(tenant: string): readonly EndpointEntry[] {
    return this.tables.endpoint.of(tenant);
  }

  allEndpoints(): IterableIterator<EndpointEntry> {
    return this.endpoints.values();
  }

  /** Of a source too, by its id. Of what was deleted too, for a moment: then there is none among them. */
  secretsOf(endpointId: string): SecretsEntry | undefined {
    return this.secrets.get(endpointId);
  }

  allSecrets(): IterableIterator<SecretsEntry> {
    return this.secrets.values();
  }

  /** `null`: closed. */
  circuitOf(endpointId: string): OpenCircuit | null {
    return this.circuits.get(endpointId) ?? null;
  }

  /** Endpoints whose circuit is open. */
  openCircuitIds(): IterableIterator<string> {
    return this.circuits.keys();
  }

  /** Beside the standard ones, with the tenant for which each was added; `null`: that is not known. */
  firstWords(): ReadonlyMap<string, string | null> {
    return this.words;
  }

  onEndpointChange(listener: (change: EndpointChange) => void): void {
    this.tables.endpoint.onChange(listener);
  }

  /** The last CONFIG sequence that these tables contain. */
  get sequence(): number {
    return this.position.sequence;
  }

  /** The last sequence of CONFIG as the broker has it now. @throws when the broker cannot say */
  lastSequence(): Promise<number> {
    return lastSequenceNow(this.broker, 'CONFIG', patienceMs);
  }

  /**
   * Resolves once these tables contain whatever was in CONFIG when it was called, whoever wrote it. Asking costs the
   * broker one request, which all share who ask at the same time.
   * @throws when the broker cannot say, or does not hand it out
   */
  catchUp(): Promise<void> {
    return this.catchingUp.ask();
  }

  /** The position of the last fact of one subject as the broker has it now, a tombstone's too; 0 when there is none. */
  lastRevisionOf(kind: ConfigKind, tenant: string, id: string): Promise<number> {
    return lastSequenceOf(this.broker, 'CONFIG', configSubject(kind, tenant, id));
  }

  /**
   * Resolves once these tables contain that position.
   * @throws when they do not get there within `timeoutMs`
   */
  async reached(seq: number, timeoutMs = patienceMs): Promise<void> {
    if (this.sequence >= seq) return;
    const soonMs = Math.min(this.needs.secrets ? purgedAfterMs : unreadAfterMs, timeoutMs);
    await this.position.reached(seq, soonMs).catch(() => this.reachedOrPassed(seq, timeoutMs - soonMs));
  }

  /** What is awaited may have been purged before it came here, or is nothing that is read here. */
  private async reachedOrPassed(seq: number, restMs: number): Promise<void> {
    try {
      const last = await this.lastSequence();
      const rest = { after: this.sequence, upTo: last, filters: this.filters(), timeoutMs: patienceMs };
      if (seq <= last && !(await hasMessageBetween(this.broker, 'CONFIG', rest))) this.position.moveTo(last);
    } catch (error) {
      if (!isBrokerUnavailable(error)) throw error;
    }
    await this.position.reached(seq, restMs);
  }

  /** Half of what a large CONFIG holds is secrets: who needs none does not have them sent. */
  private filters(): readonly string[] {
    if (this.needs.secrets) return [everyConfigFilter];
    return configKinds.filter((kind) => kind !== 'secret').map(configFilter);
  }

  private applyAll(batch: readonly IncomingMessage[]): void {
    for (const message of batch) {
      this.apply(message);
      this.position.moveTo(message.seq);
    }
  }

  private apply(message: IncomingMessage): void {
    const subject = parseConfigSubject(message.subject);
    if (!subject) return;
    const { kind, tenant, id } = subject;
    // written by someone who did not know yet that the tenant was deleted
    if (kind !== 'tenant' && this.deletedTenants.has(tenant)) return;
    if ((kind === 'secret' && !this.needs.secrets) || kind === 'audit') return;
    const fact: unknown = JSON.parse(textOf(message.payload));
    if (typeof fact !== 'object' || fact === null || !('v' in fact) || fact.v !== 1) return;
    switch (kind) {
      case 'secret':
        return this.applySecrets(tenant, id, fact as SecretFact, message.seq);
      case 'circuit':
        return this.applyCircuit(id, fact as CircuitFact);
      case 'first-word': {
        const { word, tenant: addedFor = null } = fact as FirstWordFact;
        this.words.set(word, addedFor);
        return;
      }
      case 'endpoint':
        return this.applyEndpoint(tenant, id, fact as ConfigFact<string, EndpointState>, message.seq);
      case 'tenant':
        return this.applyTenant(tenant, fact as TenantFact, message.seq);
      case 'event-type': {
        const { state } = fact as ConfigFact<string, EventTypeState>;
        return this.applyPlain(kind, tenant, id, { state: state && upcastEventType(state) }, message.seq);
      }
      case 'api-key':
        if (!(fact as ConfigFact<string, unknown>).state) this.keyUses.delete(id);
        return this.applyPlain(kind, tenant, id, fact, message.seq);
      case 'api-key-use':
        // a use may be told after the key was revoked
        if (this.tables['api-key'].get(tenant, id)) this.keyUses.set(id, (fact as ApiKeyUseFact).atMs);
        return;
      case 'portal-token':
      case 'source':
        return this.applyPlain(kind, tenant, id, fact, message.seq);
    }
  }

  private applyPlain<Kind extends AggregateKind>(
    kind: Kind,
    tenant: string,
    id: string,
    fact: object,
    revision: number,
  ): void {
    const table: ConfigTable<ConfigStates[Kind]> = this.tables[kind];
    const { state } = fact as ConfigFact<string, ConfigStates[Kind]>;
    table.apply(tenant, id, state ? { state, revision } : null);
  }

  private applySecrets(tenant: string, endpointId: string, fact: SecretFact, revision: number): void {
    this.secrets.set(endpointId, { tenant, endpointId, state: upcastSecrets(fact), revision });
  }

  private applyCircuit(endpointId: string, { state }: CircuitFact): void {
    if (state) this.circuits.set(endpointId, state);
    else this.circuits.delete(endpointId);
  }

  private applyEndpoint(
    tenant: string,
    endpointId: string,
    { state }: ConfigFact<string, EndpointState>,
    revision: number,
  ): void {
    const entry = state ? { state: this.held.take(state), revision } : null;
    // by the id of the state where there is one: the subject's would keep the text of the whole subject
    const id = entry?.state.id ?? endpointId;
    if (entry) this.endpoints.set(id, entry);
    else this.forget(id);
    this.tables.endpoint.apply(entry?.state.tenant ?? tenant, id, entry);
  }

  /** What a deleted tenant had is purged, which followers do not see: its tombstone stands for all of it. */
  private applyTenant(tenant: string, fact: TenantFact, revision: number): void {
    this.applyPlain('tenant', tenant, tenant, fact, revision);
    this.deletedTenants.apply(tenant, fact, revision);
    if (fact.state) return;
    for (const { state } of this.endpointsOf(tenant)) this.forget(state.id);
    for (const { state } of this.tables['api-key'].of(tenant)) this.keyUses.delete(state.id);
    for (const { state } of this.tables.source.of(tenant)) this.secrets.delete(state.id);
    for (const kind of tenantsOwn) this.tables[kind].dropTenant(tenant);
  }

  private forget(endpointId: string): void {
    this.endpoints.delete(endpointId);
    this.secrets.delete(endpointId);
    this.circuits.delete(endpointId);
  }
}

function textOf(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
}
