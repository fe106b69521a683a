import { describe, expect, it } from '@jest/globals';
import { generateSecret, signHeaders, signingKeyOf } from '@postel/signing';
import { randomBytes } from 'node:crypto';
import { checkSignatures } from './check-signature.js';

const body = '{"id":"evt_1","name":"Löwe"}';
const [secret, older] = [generateSecret(randomBytes(32)), generateSecret(randomBytes(32))];

/** As the deliverer signs it. */
function signedWith(secrets: readonly string[], schemes: Parameters<typeof signHeaders>[0]['schemes']) {
  return signHeaders({
    schemes,
    keys: secrets.map(signingKeyOf),
    messageId: 'evt_1',
    deliveryId: 'dlv_1',
    attemptNumber: 1,
    timestampSec: 1_700_000_000,
    body: Buffer.from(body),
  });
}

describe('the signature check', () => {
  it('finds right what Postel signed, in each scheme', async () => {
    const both = await checkSignatures(
      { headers: signedWith([secret], ['standard', 'timestamp-hex']), body },
      secret,
    );
    expect(both.map(({ scheme, matches }) => [scheme, matches])).toEqual([
      ['standard', true],
      ['timestamp-hex', true],
    ]);
    expect(both[0]?.signedContent).toBe(`evt_1.1700000000.${body}`);
    const [plain] = await checkSignatures({ headers: signedWith([secret], ['body-hex']), body }, secret);
    expect(plain).toMatchObject({ scheme: 'body-hex', matches: true, signedContent: body });
  });

  it('takes either secret while both sign', async () => {
    const headers = signedWith([secret, older], ['standard', 'timestamp-hex']);
    for (const one of [secret, older]) {
      const checks = await checkSignatures({ headers, body }, one);
      expect(checks.every(({ matches }) => matches)).toBe(true);
    }
  });

  it('finds wrong what another signed, and what was changed', async () => {
    const headers = signedWith([older], ['standard', 'timestamp-hex']);
    for (const checks of [
      await checkSignatures({ headers, body }, secret),
      await checkSignatures({ headers, body: `${body} ` }, older),
    ]) {
      expect(checks.map(({ matches }) => matches)).toEqual([false, false]);
    }
  });

  it('does not take for a secret what is none', async () => {
    const headers = signedWith([secret], ['standard']);
    await expect(checkSignatures({ headers, body }, 'hunter2')).rejects.toThrow('whsec_');
  });
});
