import { bareHostname, portOf } from './check-url.js';

/** The operator's proxy, through which every connection goes. */
export interface EgressProxy {
  /** Without brackets and without a trailing dot. */
  readonly hostname: string;
  readonly port: number;
  /** Whether it is itself spoken to over TLS. */
  readonly secure: boolean;
  /** The value of `proxy-authorization`. A secret: it belongs in no message. */
  readonly authorization?: string;
}

/**
 * @param text `http://[user:password@]host:port`, or with https; user and password percent-encoded
 * @throws TypeError when it is something else, without showing it
 */
export function parseEgressProxy(text: string): EgressProxy {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new TypeError('the egress proxy is not http://[user:password@]host:port');
  }
  const { username, password } = url;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    hostname: bareHostname(url),
    port: portOf(url),
    secure: url.protocol === 'https:',
    ...(credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
  };
}
