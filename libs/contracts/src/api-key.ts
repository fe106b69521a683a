/** A tenant's API key as CONFIG keeps it: never the key, only its keyed hash. */
export interface ApiKeyState {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** HMAC-SHA256 of the key, base64. */
  readonly hash: string;
  /** What people may see of it, to tell it from others. */
  readonly prefix: string;
  readonly createdAtMs: number;
}

/** When a key was used last, to the minute; on a subject of its own that is rolled up, apart from the key's history. */
export interface ApiKeyUseFact {
  readonly v: 1;
  readonly fact: 'api_key.used';
  readonly atMs: number;
}
