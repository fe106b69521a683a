import { partitionOf, type CircuitFact } from '@postel/contracts';
import {
  decideCircuit,
  initialCircuit,
  mayPass,
  restoreCircuit,
  type CircuitCommand,
  type CircuitOutcome,
  type CircuitPassage,
  type CircuitPolicy,
  type CircuitState,
} from '@postel/domain';
import type { ConfigTables, EndpointChange } from '@postel/jetstream';
import type { Logger } from '@postel/telemetry';
import { setTimeout as delay } from 'node:timers/promises';

/** How an attempt came past the circuit, and when. */
export interface LetThrough {
  readonly passage: CircuitPassage;
  readonly atMs: number;
}

interface Place {
  readonly tenant: string;
  readonly endpointId: string;
}

interface Unstored extends Place {
  readonly fact: CircuitFact;
}

/** When a network fails, thousands change at once. */
const storedAtOnce = 64;

export interface CircuitParts {
  readonly tables: ConfigTables;
  readonly writer: {
    replaceCircuit(tenant: string, endpointId: string, fact: CircuitFact): Promise<unknown>;
  };
  readonly policy: CircuitPolicy;
  readonly partitions: number;
  /** Partitions that this process owns. */
  readonly owned: ReadonlySet<number>;
  /** Whether an owner before has an attempt under way: of an endpoint whose circuit is open that is its probe. */
  readonly isOpenElsewhere: (endpointId: string) => boolean;
  readonly logger: Logger;
}

/**
 * The circuits of the endpoints that this process owns: decided in memory, and stored in CONFIG at each transition that
 * others want to see or a next owner has to know.
 */
export class Circuits {
  /** Those that are not simply closed, of the partitions that are owned: of others the tables know what is so. */
  private readonly states = new Map<string, CircuitState>();
  private readonly unstored = new Map<string, Unstored>();
  /** Endpoints of which a state is being stored. */
  private readonly storing = new Set<string>();

  constructor(private readonly parts: CircuitParts) {
    parts.tables.onEndpointChange((change) => this.follow(change));
  }

  /** @returns `null` when the circuit is open and it is not the probe's turn */
  letThrough(endpointId: string, isForced: boolean, nowMs: number): LetThrough | null {
    const state = this.stateOf(endpointId);
    switch (this.mayPass(endpointId, state, nowMs)) {
      case 'pass':
        return { passage: 'pass', atMs: nowMs };
      case 'probe':
        this.keep(endpointId, decideCircuit({ kind: 'begin-probe', nowMs }, state, this.parts.policy).state);
        return { passage: 'probe', atMs: nowMs };
      case 'refuse':
        return isForced ? { passage: 'forced', atMs: nowMs } : null;
    }
  }

  conclude(place: Place, through: LetThrough, outcome: CircuitOutcome, nowMs: number): void {
    const { passage, atMs: passedAtMs } = through;
    this.decide(place, { kind: 'conclude', passage, passedAtMs, outcome, nowMs });
  }

  /** What was let through made no attempt. */
  abandon(place: Place, { passage, atMs }: LetThrough): void {
    if (passage === 'probe') this.decide(place, { kind: 'abandon-probe', passedAtMs: atMs });
  }

  /** Someone asked by hand for what has to wait for its turn: the next that comes to an open circuit is the probe. */
  hurryProbe(place: Place, nowMs: number): void {
    this.decide(place, { kind: 'hurry-probe', nowMs });
  }

  /** Whether only a probe, or what someone asked for by hand, may pass. */
  isOpen(endpointId: string, nowMs: number): boolean {
    return mayPass(this.stateOf(endpointId), nowMs, this.parts.policy) !== 'pass';
  }

  /** Endpoints that take nothing now, or one probe alone: how many deliveries may be brought back. */
  *rooms(nowMs: number): Generator<[endpointId: string, room: 0 | 1]> {
    // the tables show it when it is stored; until then nothing must be brought back for it either
    const opened = new Set(this.parts.tables.openCircuitIds());
    for (const [endpointId, { fact }] of this.unstored) if (fact.state) opened.add(endpointId);
    for (const endpointId of opened) {
      const verdict = this.mayPass(endpointId, this.stateOf(endpointId), nowMs);
      if (verdict !== 'pass') yield [endpointId, verdict === 'probe' ? 1 : 0];
    }
  }

  /** Another process owns the partition: what is known of its endpoints is known there. */
  forget(partition: number): void {
    for (const endpointId of this.states.keys()) {
      if (partitionOf(endpointId, this.parts.partitions) === partition) this.states.delete(endpointId);
    }
  }

  private follow({ id: endpointId, tenant, entry, previous }: EndpointChange): void {
    if (!entry) {
      this.states.delete(endpointId);
      return;
    }
    if (!previous) return;
    const isMoved = previous.url !== entry.state.url;
    const isEnabled = previous.status !== 'active' && entry.state.status === 'active';
    if (!isMoved && !isEnabled) return;
    this.decide({ tenant, endpointId }, { kind: 'reset', nowMs: entry.state.updatedAtMs });
  }

  private decide(place: Place, command: CircuitCommand): void {
    const { endpointId } = place;
    const { state, fact } = decideCircuit(command, this.stateOf(endpointId), this.parts.policy);
    this.keep(endpointId, state);
    // of an endpoint that was deleted nobody would ever remove it
    if (!fact || !this.parts.tables.endpoint(endpointId)) return;
    const { tenant } = place;
    this.parts.logger.info({ tenant, endpointId, ...fact.state }, fact.fact);
    this.unstored.set(endpointId, { tenant, endpointId, fact });
    if (this.storing.size < storedAtOnce) void this.storeAll();
  }

  private mayPass(endpointId: string, state: CircuitState, nowMs: number): ReturnType<typeof mayPass> {
    const verdict = mayPass(state, nowMs, this.parts.policy);
    return verdict === 'probe' && this.parts.isOpenElsewhere(endpointId) ? 'refuse' : verdict;
  }

  private stateOf(endpointId: string): CircuitState {
    const known = this.states.get(endpointId);
    if (known) return known;
    const stored = this.parts.tables.circuitOf(endpointId);
    // a transition of ours that the tables do not show yet is newer
    const newer = this.unstored.get(endpointId);
    return newer ? restoreCircuit(newer.fact.state) : stored ? restoreCircuit(stored) : initialCircuit;
  }

  private keep(endpointId: string, state: CircuitState): void {
    const { owned, partitions, tables } = this.parts;
    const isHealthy = state === initialCircuit && !tables.circuitOf(endpointId);
    if (isHealthy || !owned.has(partitionOf(endpointId, partitions))) this.states.delete(endpointId);
    else this.states.set(endpointId, state);
  }

  /** Several of these run side by side: an endpoint is one's alone, and what is added meanwhile is somebody's. */
  private async storeAll(): Promise<void> {
    for (const endpointId of this.unstored.keys()) {
      if (this.storing.has(endpointId)) continue;
      this.storing.add(endpointId);
      await this.store(endpointId);
      this.storing.delete(endpointId);
    }
  }

  /** The last state is all that matters; it is stored however long the broker is away. */
  private async store(endpointId: string): Promise<void> {
    for (;;) {
      const last = this.unstored.get(endpointId);
      if (!last) return;
      try {
        await this.parts.writer.replaceCircuit(last.tenant, endpointId, last.fact);
        if (this.unstored.get(endpointId) === last) this.unstored.delete(endpointId);
      } catch {
        await delay(500, undefined, { ref: false });
      }
    }
  }
}
