import { idempotencySubject, type SealedSecret } from '@postel/contracts';
import { BatchingPublisher, PublishError, readLastMessage, type Broker } from '@postel/jetstream';
import { openSecret, sealSecret, type KeyWrapper } from '@postel/signing';
import { judge, type KeptAnswer, type Remembered, type Verdict } from './remembered.js';

export interface KeptAnswersParts {
  readonly broker: Broker;
  readonly keyWrapper: KeyWrapper;
  readonly nowMs: () => number;
}

export interface KeyedRequest {
  readonly tenant: string;
  /** Of who, route and key. */
  readonly hash: string;
  readonly fingerprint: string;
}

/** The right to do the work of a request. */
export interface Claim extends KeyedRequest {
  /** Of its message: whoever takes the claim over makes it void. */
  readonly seq: number;
}

export type Claiming =
  { readonly kind: 'claimed'; readonly claim: Claim } | Exclude<Verdict, { kind: 'take' }>;

/** As it lies in the stream. Answers hold secrets and bodies hold headers of others: all but the state is sealed. */
interface StoredRecord {
  readonly v: 1;
  readonly state: 'claimed' | 'answered' | 'free';
  readonly sealed?: SealedSecret;
}

/** So often others may get in between before the caller is told to come again. */
const maxTries = 5;

/**
 * Idempotency keys in the stream IDEMPOTENCY, one subject each, its last message alone: shared by all replicas, on disk,
 * and gone after 24 hours. Each step expects the position of the one before, so of two that claim one wins.
 */
export class KeptAnswers {
  // one at a time: in a batch one conflict would refuse its neighbours
  private readonly publisher: BatchingPublisher;

  constructor(private readonly parts: KeptAnswersParts) {
    this.publisher = new BatchingPublisher(parts.broker, { maxMessages: 1, maxInFlight: 16 });
  }

  /** @throws {PublishError} when the broker cannot take it */
  async claim(request: KeyedRequest): Promise<Claiming> {
    const { fingerprint } = request;
    let expectedSeq = 0;
    for (let tries = 1; tries <= maxTries; tries++) {
      const seq = await this.append(request, { state: 'claimed', fingerprint }, expectedSeq);
      if (seq !== null) return { kind: 'claimed', claim: { ...request, seq } };
      const last = await this.last(request);
      if (last) {
        const verdict = judge(last.remembered, { fingerprint, ageMs: this.parts.nowMs() - last.storedAtMs });
        if (verdict.kind !== 'take') return verdict;
      }
      expectedSeq = last?.seq ?? 0;
    }
    return { kind: 'in-progress', retryAfterSec: 1 };
  }

  /** What was claimed was done. @returns whether it is kept: not when someone else has taken the claim over */
  async keep(claim: Claim, answer: KeptAnswer): Promise<boolean> {
    const { fingerprint, seq } = claim;
    return (await this.append(claim, { state: 'answered', fingerprint, answer }, seq)) !== null;
  }

  /** What was claimed was not done: the next one may. */
  async release(claim: Claim): Promise<void> {
    await this.append(claim, { state: 'free' }, claim.seq);
  }

  private async last(
    request: KeyedRequest,
  ): Promise<{ remembered: Remembered; seq: number; storedAtMs: number } | null> {
    const subject = idempotencySubject(request.tenant, request.hash);
    const message = await readLastMessage(this.parts.broker, 'IDEMPOTENCY', subject);
    if (!message) return null;
    const { seq, storedAtMs, payload } = message;
    const record = JSON.parse(Buffer.from(payload).toString()) as StoredRecord;
    return { remembered: await this.open(record, request), seq, storedAtMs };
  }

  private async open({ state, sealed }: StoredRecord, request: KeyedRequest): Promise<Remembered> {
    if (!sealed) return { state: 'free' };
    try {
      const text = await openSecret(sealed, this.parts.keyWrapper, ownerOf(request));
      return { state, ...(JSON.parse(text) as object) } as Remembered;
    } catch {
      return { state: 'unreadable' };
    }
  }

  /** @returns its position, or `null` when someone else was quicker */
  private async append(
    request: KeyedRequest,
    { state, ...content }: Exclude<Remembered, { state: 'unreadable' }>,
    expectedSeq: number,
  ): Promise<number | null> {
    const seal = () => sealSecret(JSON.stringify(content), this.parts.keyWrapper, ownerOf(request));
    const record: StoredRecord = { v: 1, state, ...(state === 'free' ? {} : { sealed: await seal() }) };
    try {
      const { seq } = await this.publisher.publish({
        subject: idempotencySubject(request.tenant, request.hash),
        payload: Buffer.from(JSON.stringify(record)),
        headers: { 'Nats-Expected-Last-Subject-Sequence': String(expectedSeq) },
      });
      return seq;
    } catch (error) {
      if (error instanceof PublishError && error.kind === 'conflict') return null;
      throw error;
    }
  }
}

/** A sealed answer opens for its own key alone. */
function ownerOf({ tenant, hash }: KeyedRequest): { tenant: string; endpointId: string } {
  return { tenant, endpointId: `idempotency-${hash}` };
}
