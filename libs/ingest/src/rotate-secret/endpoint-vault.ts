import type { EndpointSecrets, SealedKeyPair, SealedSecret, SignatureScheme } from '@postel/contracts';
import {
  generateKeyPair,
  generateSecret,
  openSecret,
  sealSecret,
  type KeyWrapper,
  type SecretOwner,
} from '@postel/signing';

type Owner = Pick<SecretOwner, 'tenant' | 'endpointId'>;

export interface NewSecrets {
  /** Generated when absent. */
  readonly secret: string | undefined;
  readonly schemes: readonly SignatureScheme[];
  readonly headers: Readonly<Record<string, string>>;
  readonly headersSetAtMs: number;
}

/** Seals and opens what an endpoint has that nobody may read. */
export class EndpointVault {
  constructor(
    private readonly wrapper: KeyWrapper,
    private readonly randomBytes: (sizeBytes: number) => Uint8Array,
  ) {}

  /** @returns the secret in the clear, for the answer that shows it, beside what is kept */
  async create(owner: Owner, wanted: NewSecrets): Promise<{ secret: string; sealed: EndpointSecrets }> {
    const { secret, sealed } = await this.newSecret(owner, wanted.secret);
    const keyPairs = needsKeyPair(wanted.schemes) ? [await this.newKeyPair(owner)] : [];
    const headers = await this.sealHeaders(owner, wanted.headers);
    const { headersSetAtMs } = wanted;
    return { secret, sealed: { secrets: [sealed], keyPairs, headers, headersSetAtMs } };
  }

  async newSecret(
    owner: Owner,
    given: string | undefined,
  ): Promise<{ secret: string; sealed: SealedSecret }> {
    const secret = given ?? generateSecret(this.randomBytes(32));
    return { secret, sealed: await sealSecret(secret, this.wrapper, owner) };
  }

  async newKeyPair(owner: Owner): Promise<SealedKeyPair> {
    const { privateKey, publicKey } = generateKeyPair(this.randomBytes(32));
    const sealed = await sealSecret(privateKey, this.wrapper, { ...owner, purpose: 'ed25519' });
    return { ...sealed, publicKey };
  }

  /** @returns `null` when there are none */
  async sealHeaders(owner: Owner, headers: Readonly<Record<string, string>>): Promise<SealedSecret | null> {
    if (Object.keys(headers).length === 0) return null;
    return sealSecret(JSON.stringify(headers), this.wrapper, { ...owner, purpose: 'headers' });
  }

  async openHeaders(owner: Owner, headers: SealedSecret | null): Promise<Record<string, string>> {
    if (!headers) return {};
    const json = await openSecret(headers, this.wrapper, { ...owner, purpose: 'headers' });
    return JSON.parse(json) as Record<string, string>;
  }

  /** @returns `null` for an endpoint that was deleted */
  async currentSecret(owner: Owner, { secrets }: EndpointSecrets): Promise<string | null> {
    const [current] = secrets;
    return current ? openSecret(current, this.wrapper, owner) : null;
  }
}

export function needsKeyPair(schemes: readonly SignatureScheme[]): boolean {
  return schemes.includes('standard-ed25519');
}
