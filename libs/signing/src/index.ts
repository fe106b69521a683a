export { generateKeyPair, privateKeyOf, publicKeyOf, type KeyPair } from './key-pair.js';
export { LocalKeyWrapper, type KeyWrapper, type WrappedKey } from './key-wrapper.js';
export { openSecret, rewrapSecret, sealSecret, type SecretOwner } from './seal-secret.js';
export { decodeSecret, generateSecret } from './secret.js';
export { signHeaders, type SigningInput } from './sign-headers.js';
export { signingKeyOf, type SigningKey } from './signature.js';
export type { SignedRequest, Verification, VerificationCode } from './verification.js';
export { verify, type VerificationInput } from './verify.js';
export { verifyProvider, type ProviderVerificationInput } from './verify-provider.js';
