import {
  configSubject,
  type ApiKeyUseFact,
  type AuditNote,
  type CircuitFact,
  type ConfigKind,
  type ConfigFact,
  type FirstWordFact,
  type SecretFact,
} from '@postel/contracts';
import { BatchingPublisher } from './batching-publisher.js';
import type { Broker } from './connect-broker.js';
import { PublishError } from './publish-error.js';

export type Appended = { readonly ok: true; readonly seq: number } | { readonly ok: false };

/** Appends to CONFIG with the expected last sequence of the subject, so that no change is made on old grounds. */
export class ConfigWriter {
  // one at a time: a batch of CONFIG would let one conflict refuse its neighbours
  private readonly publisher: BatchingPublisher;

  constructor(broker: Broker) {
    this.publisher = new BatchingPublisher(broker, { maxMessages: 1, maxInFlight: 16 });
  }

  /**
   * @param expectedRevision position of the subject's last fact, 0 when there must be none
   * @returns `{ ok: false }` when someone else was quicker
   * @throws {PublishError}
   */
  append(
    kind: ConfigKind,
    tenant: string,
    id: string,
    fact: ConfigFact<string, unknown> | FirstWordFact,
    expectedRevision: number,
  ): Promise<Appended> {
    return this.publish(configSubject(kind, tenant, id), fact, {
      'Nats-Expected-Last-Subject-Sequence': String(expectedRevision),
    });
  }

  /** What was done, to be known later; two at the same time are two. */
  note(tenant: string, note: AuditNote): Promise<Appended> {
    return this.publish(configSubject('audit', tenant, note.fact), note, {});
  }

  /** Only the endpoint's owner writes it, and only its last state matters. */
  replaceCircuit(tenant: string, endpointId: string, fact: CircuitFact): Promise<Appended> {
    return this.publish(configSubject('circuit', tenant, endpointId), fact, { 'Nats-Rollup': 'sub' });
  }

  /** Only the last use matters. */
  replaceKeyUse(tenant: string, keyId: string, fact: ApiKeyUseFact): Promise<Appended> {
    return this.publish(configSubject('api-key-use', tenant, keyId), fact, { 'Nats-Rollup': 'sub' });
  }

  /**
   * Replaces all earlier messages of the subject: retired secrets are really gone (`Nats-Rollup: sub`).
   * @param expectedRevision position of the subject's message, 0 when there must be none
   * @returns `{ ok: false }` when someone else was quicker: nothing was replaced
   * @throws {PublishError}
   */
  replaceSecret(
    tenant: string,
    endpointId: string,
    fact: SecretFact,
    expectedRevision: number,
  ): Promise<Appended> {
    return this.publish(configSubject('secret', tenant, endpointId), fact, {
      'Nats-Rollup': 'sub',
      'Nats-Expected-Last-Subject-Sequence': String(expectedRevision),
    });
  }

  private async publish(subject: string, fact: object, headers: Record<string, string>): Promise<Appended> {
    try {
      const payload = new TextEncoder().encode(JSON.stringify(fact));
      return { ok: true, seq: (await this.publisher.publish({ subject, payload, headers })).seq };
    } catch (error) {
      if (error instanceof PublishError && error.kind === 'conflict') return { ok: false };
      throw error;
    }
  }
}
