import type { EndpointSecrets, SealedSecret } from '@postel/contracts';
import { unexpired } from '@postel/domain';
import { openSecret, privateKeyOf, signingKeyOf, type KeyWrapper, type SigningKey } from '@postel/signing';
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

interface OpenedSecrets {
  readonly keys: readonly Opened<SigningKey>[];
  readonly privateKeys: readonly Opened<KeyObject>[];
  readonly headers: Readonly<Record<string, string>>;
  /** Of now, for as long as nothing expires: most endpoints have nothing that does. */
  readonly always: AttemptSecrets | null;
}

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Opens an endpoint's secrets once and remembers them for as long as the sealed ones are the same, that is until they
 * are changed: the master key, which may be far away, is not asked for each attempt.
 */
export class SigningKeys {
  private readonly opened = new WeakMap<EndpointSecrets, OpenedSecrets>();
  private readonly opening = new WeakMap<EndpointSecrets, Promise<OpenedSecrets>>();

  constructor(
    private readonly wrapper: KeyWrapper,
    private readonly sealedOf: (endpointId: string) => EndpointSecrets,
  ) {}

  /** At once when they are open already. */
  of(tenant: string, endpointId: string, nowMs: number): AttemptSecrets | Promise<AttemptSecrets> {
    const sealed = this.sealedOf(endpointId);
    const opened = this.opened.get(sealed);
    if (opened) return opened.always ?? atTime(opened, nowMs);
    return this.openOnce(sealed, tenant, endpointId, nowMs).then((result) => atTime(result, nowMs));
  }

  private openOnce(
    sealed: EndpointSecrets,
    tenant: string,
    endpointId: string,
    nowMs: number,
  ): Promise<OpenedSecrets> {
    const known = this.opening.get(sealed);
    if (known) return known;
    const opening = this.open(sealed, tenant, endpointId, nowMs).finally(() => this.opening.delete(sealed));
    this.opening.set(sealed, opening);
    return opening;
  }

  private async open(
    sealed: EndpointSecrets,
    tenant: string,
    endpointId: string,
    nowMs: number,
  ): Promise<OpenedSecrets> {
    const owner = { tenant, endpointId };
    const [keys, privateKeys, headers] = await Promise.all([
      openAll(sealed.secrets, nowMs, async (one) => signingKeyOf(await openSecret(one, this.wrapper, owner))),
      openAll(sealed.keyPairs, nowMs, async (one) =>
        privateKeyOf(await openSecret(one, this.wrapper, { ...owner, purpose: 'ed25519' })),
      ),
      sealed.headers
        ? openSecret(sealed.headers, this.wrapper, { ...owner, purpose: 'headers' }).then(
            (json) => JSON.parse(json) as Record<string, string>,
          )
        : noHeaders,
    ]);
    const expires = [...keys, ...privateKeys].some(({ expiresAtMs }) => expiresAtMs !== null);
    const lasting = { keys, privateKeys, headers, always: null };
    const opened = expires ? lasting : { ...lasting, always: atTime(lasting, nowMs) };
    this.opened.set(sealed, opened);
    return opened;
  }
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
