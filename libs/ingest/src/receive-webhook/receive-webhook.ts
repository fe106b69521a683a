import type { SourceState } from '@postel/contracts';
import { readInbound, type InboundReading } from '@postel/domain';
import { refuse, RefusalError } from '@postel/http-api';
import { verifyProvider } from '@postel/signing';
import { refusalOf, rejectionCodeOf, type AcceptEvent } from '../accept-event/accept-event.js';
import { countFromZero } from '../accept-event/count-from-zero.js';
import type { IngestParts } from '../parts.js';
import { SeenWebhooks } from './seen-webhooks.js';
import { SourceLimits } from './source-limits.js';
import { SourceSecrets } from './source-secrets.js';

export interface IncomingWebhook {
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came, byte for byte. */
  readonly body: Uint8Array;
  /** Of whoever sent it. */
  readonly address: string;
  /** Of the request; its sender is asked for none. */
  readonly traceparent: string | undefined;
}

type Received = { readonly received: true } | { readonly challenge: string };
type InboundEvent = Extract<InboundReading, { kind: 'event' }>;

/**
 * Takes a webhook of a provider: signed, understood, on disk, then acknowledged. What is not signed is not looked into.
 */
export class ReceiveWebhook {
  private readonly secrets: SourceSecrets;
  private readonly limits = new SourceLimits();
  private readonly seen: SeenWebhooks;

  constructor(
    private readonly acceptEvent: AcceptEvent,
    private readonly parts: IngestParts,
  ) {
    this.secrets = new SourceSecrets(parts.tables, parts.keyWrapper);
    this.seen = new SeenWebhooks(parts.broker);
    countFromZero(parts.meters, 'inbound');
  }

  /** Whose it is; `undefined` for one that there is not. */
  tenantOf(sourceId: string): string | undefined {
    return this.parts.sources.get(sourceId)?.tenant;
  }

  /** @throws {RefusalError} for one that there is not, or that takes nothing now */
  requireSource(sourceId: string): SourceState {
    const source = this.parts.sources.get(sourceId);
    return source?.status === 'active' ? source : refuse('source_not_found');
  }

  /** @throws {RefusalError} */
  async receive(source: SourceState, webhook: IncomingWebhook): Promise<Received> {
    const { eventsAccepted, eventsRejected } = this.parts.meters;
    try {
      await this.requireSigned(source, webhook);
      this.limits.countSigned(source, this.parts.nowMs());
      const reading = this.read(source, webhook);
      if (!reading.ok) throw new RefusalError(reading.refusal);
      if (reading.kind === 'challenge') return { challenge: reading.challenge };
      if (await this.store(source, reading, webhook)) eventsAccepted.inc({ door: 'inbound' });
      return { received: true };
    } catch (error) {
      eventsRejected.inc({ door: 'inbound', code: rejectionCodeOf(error) });
      throw refusalOf(error) ?? error;
    }
  }

  private async requireSigned(
    source: SourceState,
    { headers, body, address }: IncomingWebhook,
  ): Promise<void> {
    const nowMs = this.parts.nowMs();
    const { provider, signature, toleranceSeconds } = source;
    const verification = verifyProvider({
      provider,
      signature,
      secrets: await this.secrets.of(source),
      headers,
      body,
      nowSec: Math.floor(nowMs / 1_000),
      toleranceSec: toleranceSeconds,
    });
    if (verification.ok) return;
    this.limits.countUnsigned(address, nowMs);
    refuse('invalid_signature', `${verification.code}: ${verification.message}.`);
  }

  private read(source: SourceState, { headers, body }: IncomingWebhook): InboundReading {
    const { maxEventBytes, newId, nowMs } = this.parts;
    return readInbound({
      source,
      headers,
      body,
      nowMs: nowMs(),
      newId: newId('evt'),
      maxBytes: maxEventBytes,
    });
  }

  /** @returns whether it is new */
  private async store(
    { id, tenant }: SourceState,
    { event, isKnownAgain }: InboundEvent,
    { traceparent }: Pick<IncomingWebhook, 'traceparent'>,
  ): Promise<boolean> {
    if (isKnownAgain && (await this.seen.has(tenant, event.id))) return false;
    const source = { id, tenant, isKnownAgain, traceparent };
    const published = await this.acceptEvent.publishInbound(event, source);
    if (isKnownAgain) await this.remember(tenant, event.id);
    return !published.duplicate;
  }

  private async remember(tenant: string, eventId: string): Promise<void> {
    await this.seen.add(tenant, eventId).catch((error: unknown) => {
      // it is on disk, so that is what the provider is told; for 10 minutes the broker knows it still
      this.parts.logger.warn({ err: error, tenant, eventId }, 'a webhook is not remembered');
    });
  }
}
