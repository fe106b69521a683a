/** 128 random bits, in hex. Browsers have `crypto.randomUUID` over HTTPS alone, and this everywhere. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
