/** Where the API is, and who asks. */
export interface Connection {
  readonly url: string;
  readonly token: string;
  /** With the admin token: for which tenant. */
  readonly tenant: string | null;
  /** For people: where this was found. */
  readonly foundIn: string;
}

export interface Profile {
  readonly url: string;
  readonly token: string;
  readonly tenant: string | null;
}

/** What a checkout's `npm start` made and keeps. */
export interface KeptInstallation {
  readonly directory: string;
  readonly url: string;
  readonly adminToken: string;
}

export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly tenant?: string | undefined;
  readonly profile?: string | undefined;
}

export interface ConnectionSources {
  readonly options: ConnectionOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By name. */
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly currentProfile: string;
  readonly kept: KeptInstallation | null;
}

export const defaultUrl = 'http://127.0.0.1:8080';
