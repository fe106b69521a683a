/**
 * What is wrong with a token that no request can carry: asked with it, the API would seem not to answer.
 * @param token without what stands around it
 * @returns `null` when it may be one
 */
export function tokenFault(token: string): string | null {
  if (/^[\x21-\x7e]+$/.test(token)) return null;
  return 'That is no token: one has letters, digits and signs such as _ and -, and no spaces. Was it copied whole?';
}
