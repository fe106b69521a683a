import type { SealedSecret } from '@postel/contracts';
import { openSecret } from '@postel/signing';

/** Opens an endpoint's secrets once and remembers them for as long as the sealed ones are the same. */
export class EndpointSecrets {
  private readonly opened = new WeakMap<SealedSecret, string>();

  constructor(
    private readonly masterKey: Uint8Array,
    private readonly sealedOf: (endpointId: string) => readonly SealedSecret[],
  ) {}

  /** Newest first, those whose grace has ended left out. */
  signingSecrets(tenant: string, endpointId: string, nowMs: number): string[] {
    return this.sealedOf(endpointId)
      .filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs)
      .map((sealed) => this.open(sealed, tenant, endpointId));
  }

  private open(sealed: SealedSecret, tenant: string, endpointId: string): string {
    const known = this.opened.get(sealed);
    if (known !== undefined) return known;
    const secret = openSecret(sealed, this.masterKey, { tenant, endpointId });
    this.opened.set(sealed, secret);
    return secret;
  }
}
