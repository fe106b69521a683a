import type { Check } from './check-request.js';

/** The form of a secret, never its text. */
export function checkSecret(secret: string): { readonly check: Check; readonly hints: readonly string[] } {
  const trimmed = secret.trim();
  const hints: string[] = [];
  if (trimmed !== secret) hints.push('the secret has blanks or a line end around it');
  if (/^["'].*["']$/.test(trimmed)) hints.push('the secret has quotes around it: they are not part of it');
  const bare = trimmed.replace(/^["']|["']$/g, '');
  if (/^whpk_/.test(bare)) return { check: ofPublicKey(bare), hints };
  if (/^whsk_/.test(bare)) {
    hints.push('whsk_ is the private key of the sender; a receiver verifies with the public one, whpk_');
  }
  if (!/^whsec_/.test(bare)) {
    hints.push('the secret was given without whsec_: it is part of it');
  }
  const encoded = bare.replace(/^whsec_/, '');
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded);
  const bytes = Buffer.from(encoded, 'base64').length;
  const ok = /^whsec_/.test(bare) && isBase64 && bytes >= 24 && bytes <= 64;
  const form = isBase64 ? `${bytes} bytes of base64` : 'not base64';
  return {
    check: { ok, what: 'secret', detail: `${/^whsec_/.test(bare) ? 'whsec_' : 'no whsec_'}, ${form}` },
    hints,
  };
}

function ofPublicKey(key: string): Check {
  const bytes = Buffer.from(key.slice('whpk_'.length), 'base64').length;
  return {
    ok: bytes === 32,
    what: 'public key',
    detail: `whpk_, ${bytes} bytes of base64 (an Ed25519 key has 32)`,
  };
}
