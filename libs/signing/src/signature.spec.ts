import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { decodeSecret, generateSecret } from './secret.js';
import { bodyHexSignature, signingKeyOf, standardSignature, timestampHexSignature } from './signature.js';

// shorter and longer than a block of SHA-256 is the text of a secret; around 8 KiB another way is taken
const secrets = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(generateSecret);
const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }),
  fc.integer({ min: 8_190, max: 8_195 }).map((length) => new Uint8Array(length).fill(0xe9)),
);

it('signs as createHmac does, whatever the secret and the body', () => {
  fc.assert(
    fc.property(secrets, bodies, fc.string({ unit: 'binary', maxLength: 70 }), (secret, body, id) => {
      const key = signingKeyOf(secret);
      const withBytes = () => createHmac('sha256', decodeSecret(secret));
      const withText = () => createHmac('sha256', secret);
      const standard = withBytes().update(`${id}.1700000000.`).update(body).digest('base64');
      expect(standardSignature(key, id, '1700000000', body)).toBe(`v1,${standard}`);
      const timed = withText().update('1700000000.').update(body).digest('hex');
      expect(timestampHexSignature(key, '1700000000', body)).toBe(`v1=${timed}`);
      expect(bodyHexSignature(key, body)).toBe(withText().update(body).digest('hex'));
    }),
  );
});
