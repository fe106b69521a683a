import type { SealedSecret } from '@postel/contracts';
import { openSecret, signingKeyOf, type SigningKey } from '@postel/signing';

/** Opens an endpoint's secrets once and remembers their keys for as long as the sealed ones are the same. */
export class SigningKeys {
  private readonly opened = new WeakMap<SealedSecret, SigningKey>();

  constructor(
    private readonly masterKey: Uint8Array,
    private readonly sealedOf: (endpointId: string) => readonly SealedSecret[],
  ) {}

  /** Newest first, those whose grace has ended left out. */
  of(tenant: string, endpointId: string, nowMs: number): SigningKey[] {
    return this.sealedOf(endpointId)
      .filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs)
      .map((sealed) => this.open(sealed, tenant, endpointId));
  }

  private open(sealed: SealedSecret, tenant: string, endpointId: string): SigningKey {
    const known = this.opened.get(sealed);
    if (known !== undefined) return known;
    const key = signingKeyOf(openSecret(sealed, this.masterKey, { tenant, endpointId }));
    this.opened.set(sealed, key);
    return key;
  }
}
