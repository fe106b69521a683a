import { describe, expect, it } from '@jest/globals';
import { noSecrets, type EndpointSecrets, type SealedKeyPair, type SealedSecret } from '@postel/contracts';
import { replacedHeaders } from '@postel/domain';
import {
  generateKeyPair,
  generateSecret,
  LocalKeyWrapper,
  sealSecret,
  type KeyWrapper,
  type SigningKey,
} from '@postel/signing';
import { randomBytes } from 'node:crypto';
import { SigningKeys } from './signing-keys.js';

const owner = { tenant: 'default', endpointId: 'ep_1' };
const local = new LocalKeyWrapper(Buffer.alloc(32, 1));

/** A KMS that counts what it is asked, and may be away. */
class CountingWrapper implements KeyWrapper {
  readonly keyId = local.keyId;
  asked = 0;
  isAway = false;
  wrap = local.wrap.bind(local);
  mayUnwrap = local.mayUnwrap.bind(local);
  unwrap(...[wrapped, context]: Parameters<KeyWrapper['unwrap']>): Promise<Uint8Array> {
    this.asked += 1;
    return this.isAway ? Promise.reject(new Error('away')) : local.unwrap(wrapped, context);
  }
}

async function world(secrets: EndpointSecrets) {
  const wrapper = new CountingWrapper();
  const now = { secrets, setAtMs: 0 };
  const keys = new SigningKeys(wrapper, () => now.secrets);
  const of = (nowMs = 0) =>
    keys.of({ tenant: 'default', id: 'ep_1', headers: { names: [], setAtMs: now.setAtMs } }, nowMs);
  return { wrapper, now, of };
}

async function sealed(text: string, expiresAtMs: number | null = null): Promise<SealedSecret> {
  return { ...(await sealSecret(text, local, owner)), expiresAtMs };
}

async function sealedPair(expiresAtMs: number | null = null): Promise<SealedKeyPair> {
  const { privateKey, publicKey } = generateKeyPair(randomBytes(32));
  const key = await sealSecret(privateKey, local, { ...owner, purpose: 'ed25519' });
  return { ...key, publicKey, expiresAtMs };
}

const [first, second] = [generateSecret(randomBytes(32)), generateSecret(randomBytes(32))];
const textOf = ({ text }: SigningKey) => text.key.export().toString();

describe('SigningKeys', () => {
  it('asks the master key once for each secret, also when many ask at the same time, and then answers at once', async () => {
    const headers = await sealSecret('{"x-key":"v"}', local, { ...owner, purpose: 'headers' });
    const secrets = { secrets: [await sealed(first)], keyPairs: [await sealedPair()], headers };
    const { wrapper, of } = await world(secrets);
    const opened = await Promise.all([of(), of(), of()]);
    expect(wrapper.asked).toBe(3);
    const again = of();
    expect(again).not.toBeInstanceOf(Promise);
    expect(again).toEqual(opened[0]);
    expect(opened[0]?.keys.map(textOf)).toEqual([first]);
    expect(opened[0]?.privateKeys).toHaveLength(1);
    expect(opened[0]?.headers).toEqual({ 'x-key': 'v' });
    expect(wrapper.asked).toBe(3);
  });

  it('signs with both while the grace lasts, and not a moment longer', async () => {
    const { of } = await world({
      ...noSecrets,
      secrets: [await sealed(second), await sealed(first, 1_000)],
      keyPairs: [await sealedPair(), await sealedPair(1_000)],
    });
    const counts = async (nowMs: number) => {
      const { keys, privateKeys } = await of(nowMs);
      return [keys.map(textOf), privateKeys.length];
    };
    expect(await counts(999)).toEqual([[second, first], 2]);
    expect(await counts(1_000)).toEqual([[second], 1]);
  });

  it('does not open what has expired', async () => {
    const broken = { ...(await sealed(first, 5)), wrappedKey: '' };
    const { wrapper, of } = await world({ ...noSecrets, secrets: [await sealed(second), broken] });
    expect((await of(5)).keys.map(textOf)).toEqual([second]);
    expect(wrapper.asked).toBe(1);
  });

  it('takes the headers of which the endpoint tells, and asks for these alone when it tells of others', async () => {
    const seal = (json: string) => sealSecret(json, local, { ...owner, purpose: 'headers' });
    const before = { ...noSecrets, secrets: [await sealed(first)], headers: await seal('{"x-key":"old"}') };
    const changed = replacedHeaders(before, await seal('{"x-key":"new"}'), { toldAtMs: 0, nowMs: 5 });
    const { wrapper, now, of } = await world(changed);
    expect((await of()).headers).toEqual({ 'x-key': 'old' });
    expect(wrapper.asked).toBe(2);
    now.setAtMs = 5;
    const opened = await Promise.all([of(), of()]);
    expect(opened.map(({ headers }) => headers)).toEqual([{ 'x-key': 'new' }, { 'x-key': 'new' }]);
    expect(opened[0]?.keys.map(textOf)).toEqual([first]);
    expect(wrapper.asked).toBe(3);
    expect(of()).not.toBeInstanceOf(Promise);
    now.secrets = replacedHeaders(changed, null, { toldAtMs: 5, nowMs: 6 });
    now.setAtMs = 6;
    expect((await of()).headers).toEqual({});
  });

  it('has the headers of each moment when these are told while the others are being opened', async () => {
    const seal = (json: string) => sealSecret(json, local, { ...owner, purpose: 'headers' });
    const before = { ...noSecrets, secrets: [await sealed(first)], headers: await seal('{"x-key":"old"}') };
    const { now, of } = await world(
      replacedHeaders(before, await seal('{"x-key":"new"}'), { toldAtMs: 0, nowMs: 5 }),
    );
    const old = of();
    now.setAtMs = 5;
    expect((await of()).headers).toEqual({ 'x-key': 'new' });
    expect((await old).headers).toEqual({ 'x-key': 'old' });
    expect((await of()).headers).toEqual({ 'x-key': 'new' });
  });

  it('takes what replaced them, and asks again after a failure', async () => {
    const { wrapper, now, of } = await world({ ...noSecrets, secrets: [await sealed(first)] });
    wrapper.isAway = true;
    await expect(of()).rejects.toThrow(/does not open/);
    wrapper.isAway = false;
    expect((await of()).keys.map(textOf)).toEqual([first]);
    now.secrets = { ...noSecrets, secrets: [await sealed(second)] };
    expect((await of()).keys.map(textOf)).toEqual([second]);
  });
});
