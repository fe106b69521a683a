import type { EndpointSecrets, EndpointState, SealedSecret } from '@postel/contracts';
import { headersInForce, unexpired } from '@postel/domain';
import {
  openSecret,
  privateKeyOf,
  signingKeyOf,
  type KeyWrapper,
  type SecretOwner,
  type SigningKey,
} from '@postel/signing';
import type { KeyObject } from 'node:crypto';

/** What an attempt needs of an endpoint's secrets, opened; newest first, without those whose grace has ended. */
export interface AttemptSecrets {
  readonly keys: readonly SigningKey[];
  readonly privateKeys: readonly KeyObject[];
  /** The custom headers. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Opened<Key> {
  readonly key: Key;
  readonly expiresAtMs: number | null;
}

interface OpenedKeys {
  readonly keys: readonly Opened<SigningKey>[];
  readonly privateKeys: readonly Opened<KeyObject>[];
}

interface OpenedSecrets extends OpenedKeys {
  readonly headers: Readonly<Record<string, string>>;
  /** Which of the endpoint's headers these are. */
  readonly sealedHeaders: SealedSecret | null;
  /** Of now, for as long as nothing expires: most endpoints have nothing that does. */
  readonly always: AttemptSecrets | null;
}

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Opens an endpoint's secrets once and remembers them for as long as the sealed ones are the same, that is until they
 * are changed, or the endpoint tells of other headers among them: the master key, which may be far away, is not asked for
 * each attempt.
 */
export class SigningKeys {
  private readonly opened = new WeakMap<EndpointSecrets, OpenedSecrets>();
  private readonly openingKeys = new WeakMap<EndpointSecrets, Promise<OpenedKeys>>();
  private readonly openingHeaders = new WeakMap<SealedSecret, Promise<OpenedSecrets['headers']>>();

  constructor(
    private readonly wrapper: KeyWrapper,
    private readonly sealedOf: (endpointId: string) => EndpointSecrets,
  ) {}

  /** At once when they are open already. @param endpoint as it is now */
  of(
    { tenant, id, headers }: Pick<EndpointState, 'tenant' | 'id' | 'headers'>,
    nowMs: number,
  ): AttemptSecrets | Promise<AttemptSecrets> {
    const sealed = this.sealedOf(id);
    const sealedHeaders = headersInForce(sealed, headers.setAtMs);
    const opened = this.opened.get(sealed);
    if (opened?.sealedHeaders === sealedHeaders) return opened.always ?? atTime(opened, nowMs);
    const owner = { tenant, endpointId: id };
    return this.open(sealed, sealedHeaders, owner, nowMs).then((result) => atTime(result, nowMs));
  }

  private async open(
    sealed: EndpointSecrets,
    sealedHeaders: SealedSecret | null,
    owner: SecretOwner,
    nowMs: number,
  ): Promise<OpenedSecrets> {
    const [{ keys, privateKeys }, headers] = await Promise.all([
      this.opened.get(sealed) ?? once(this.openingKeys, sealed, () => this.openKeys(sealed, owner, nowMs)),
      sealedHeaders
        ? once(this.openingHeaders, sealedHeaders, () => this.openHeaders(sealedHeaders, owner))
        : noHeaders,
    ]);
    const expires = [...keys, ...privateKeys].some(({ expiresAtMs }) => expiresAtMs !== null);
    const lasting = { keys, privateKeys, headers, sealedHeaders, always: null };
    const opened = expires ? lasting : { ...lasting, always: atTime(lasting, nowMs) };
    this.opened.set(sealed, opened);
    return opened;
  }

  private async openKeys(sealed: EndpointSecrets, owner: SecretOwner, nowMs: number): Promise<OpenedKeys> {
    const [keys, privateKeys] = await Promise.all([
      openAll(sealed.secrets, nowMs, async (one) => signingKeyOf(await openSecret(one, this.wrapper, owner))),
      openAll(sealed.keyPairs, nowMs, async (one) =>
        privateKeyOf(await openSecret(one, this.wrapper, { ...owner, purpose: 'ed25519' })),
      ),
    ]);
    return { keys, privateKeys };
  }

  private async openHeaders(sealed: SealedSecret, owner: SecretOwner): Promise<OpenedSecrets['headers']> {
    const json = await openSecret(sealed, this.wrapper, { ...owner, purpose: 'headers' });
    return JSON.parse(json) as Record<string, string>;
  }
}

/** For all who ask while it is under way. */
function once<Sealed extends object, Result>(
  underWay: WeakMap<Sealed, Promise<Result>>,
  sealed: Sealed,
  open: () => Promise<Result>,
): Promise<Result> {
  const known = underWay.get(sealed);
  if (known) return known;
  const opening = open().finally(() => underWay.delete(sealed));
  underWay.set(sealed, opening);
  return opening;
}

/** What has expired is not opened: its master key may be gone as well. */
function openAll<Key>(
  sealed: readonly SealedSecret[],
  nowMs: number,
  open: (one: SealedSecret) => Promise<Key>,
): Promise<Opened<Key>[]> {
  return Promise.all(
    unexpired(sealed, nowMs).map(async (one) => ({ key: await open(one), expiresAtMs: one.expiresAtMs })),
  );
}

function atTime({ keys, privateKeys, headers }: OpenedSecrets, nowMs: number): AttemptSecrets {
  return {
    keys: unexpired(keys, nowMs).map(({ key }) => key),
    privateKeys: unexpired(privateKeys, nowMs).map(({ key }) => key),
    headers,
  };
}
