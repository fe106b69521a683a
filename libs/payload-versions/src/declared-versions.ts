import { parsePinnedVersion, type ApiVersion, type EventTypeState } from '@postel/contracts';
import { convert } from './convert.js';
import type { TransformRunner } from './transform-runner.js';
import type { TransformResult } from './transform-worker.js';

/** The types of the catalogue as they once were. */
export interface EventTypeHistory {
  /** @returns `null` when that position of CONFIG is not there any more, or is something else */
  at(tenant: string, type: string, revision: number): Promise<EventTypeState | null>;
}

export interface EventToConvert {
  readonly tenant: string;
  readonly type: string;
  readonly apiVersion: ApiVersion;
}

export type DeclaredConversion =
  | { readonly ok: true; readonly body: Uint8Array }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/**
 * Makes the bodies of payload versions that platforms declared. A delivery carries the position of CONFIG at which its
 * version was declared, and a transform knows neither clock nor chance: so every attempt sends the same bytes, and
 * nothing that is converted has to be stored.
 */
export class DeclaredVersions {
  constructor(
    private readonly history: EventTypeHistory,
    private readonly runner: Pick<TransformRunner, 'run'>,
  ) {}

  /**
   * @param envelope the event as stored
   * @returns `null` for a version of ours, which {@link convert} makes
   */
  async convert(envelope: Uint8Array, event: EventToConvert): Promise<DeclaredConversion | null> {
    const pinned = parsePinnedVersion(event.apiVersion);
    if (!pinned) return null;
    const type = await this.history.at(event.tenant, event.type, pinned.revision);
    const version = type?.versions.find(({ name }) => name === pinned.name);
    if (!version) {
      const message = `The payload version ${pinned.name} of ${event.type} is not known any more`;
      return { ok: false, error: { code: 'unknown_api_version', message } };
    }
    const { buffer, byteOffset, byteLength } = envelope;
    const text = Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
    const { tenant } = event;
    const made = await this.runner.run({ tenant, transform: version.transform, event: text });
    return conversionOf(made, pinned.name);
  }

  /** Of either kind. */
  async bodyOf(envelope: Uint8Array, event: EventToConvert): Promise<DeclaredConversion> {
    return (await this.convert(envelope, event)) ?? { ok: true, body: convert(envelope, event.apiVersion) };
  }
}

function conversionOf(result: TransformResult, name: string): DeclaredConversion {
  if (result.ok) return { ok: true, body: Buffer.from(result.body) };
  const message = `The payload version ${name} cannot be made of this event: ${result.message}`;
  return { ok: false, error: { code: result.code, message: message.slice(0, 500) } };
}
