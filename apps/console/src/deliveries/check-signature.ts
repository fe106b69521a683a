/** What a receiver does to check a signature, one step after the other, with what it finds. */
export interface SignatureCheck {
  readonly scheme: 'standard' | 'timestamp-hex' | 'body-hex';
  /** Of the header that carries the signature, and what it carries. */
  readonly header: string;
  readonly found: string;
  /** How the signed text is put together, and what came of it. */
  readonly recipe: string;
  readonly signedContent: string;
  /** What of the secret is the key. */
  readonly key: string;
  readonly expected: string;
  readonly matches: boolean;
}

export interface SignedAttempt {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Checks every HMAC signature that a request carries (`v1a`, with a public key, is not among them). Where several secrets
 * sign, one that matches is enough.
 *
 * @throws {Error} when the secret is not `whsec_` and base64
 */
export async function checkSignatures(
  { headers, body }: SignedAttempt,
  secret: string,
): Promise<SignatureCheck[]> {
  const checks: SignatureCheck[] = [];
  const standard = headers['webhook-signature'];
  if (standard?.includes('v1,')) {
    const signedContent = `${headers['webhook-id'] ?? ''}.${headers['webhook-timestamp'] ?? ''}.${body}`;
    const mac = base64(await hmacSha256(decodedSecret(secret), signedContent));
    checks.push({
      scheme: 'standard',
      header: 'webhook-signature',
      found: standard,
      recipe: '{webhook-id}.{webhook-timestamp}.{body}',
      signedContent,
      key: 'the bytes that the base64 behind whsec_ stands for',
      expected: `v1,${mac}`,
      matches: standard.split(' ').includes(`v1,${mac}`),
    });
  }
  const own = headers['x-webhook-signature'];
  if (own !== undefined) checks.push(await checkOwn(own, headers['x-webhook-timestamp'], body, secret));
  return checks;
}

/** `timestamp-hex` says the version in front; `body-hex` is the digest alone. */
async function checkOwn(
  found: string,
  timestamp: string | undefined,
  body: string,
  secret: string,
): Promise<SignatureCheck> {
  const withTimestamp = found.includes('v1=');
  const signedContent = withTimestamp ? `${timestamp ?? ''}.${body}` : body;
  const mac = hex(await hmacSha256(new TextEncoder().encode(secret), signedContent));
  const expected = withTimestamp ? `v1=${mac}` : mac;
  return {
    scheme: withTimestamp ? 'timestamp-hex' : 'body-hex',
    header: 'x-webhook-signature',
    found,
    recipe: withTimestamp ? '{x-webhook-timestamp}.{body}' : '{body}',
    signedContent,
    key: 'the whole text of the secret, whsec_ included',
    expected,
    matches: found.split(/,\s*/).includes(expected),
  };
}

async function hmacSha256(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, new TextEncoder().encode(text)));
}

function decodedSecret(secret: string): Uint8Array<ArrayBuffer> {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  if (encoded === undefined) throw new Error('A secret is whsec_ followed by base64.');
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
