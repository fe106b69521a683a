/** A portal token that must not be taken any more; forgotten once it would have expired anyway. */
export interface RevokedTokenState {
  readonly id: string;
  readonly tenant: string;
  readonly expiresAtMs: number;
}
