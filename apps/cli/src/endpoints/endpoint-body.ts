import { usageFailure } from '../fail/command-failure.js';
import { given } from '../read/options.js';
import type { RateLimit } from './endpoint.js';

/** What of an endpoint has an option of its own; everything else the API takes goes by `--data`. */
export interface EndpointOptions {
  readonly endpointUrl?: string;
  readonly description?: string;
  readonly events?: readonly string[];
  readonly channels?: readonly string[];
  readonly filter?: string;
  readonly apiVersion?: string;
  readonly header?: readonly string[];
  readonly metadata?: readonly string[];
  readonly scheme?: readonly string[];
  readonly timeout?: number;
  readonly maxInFlight?: number;
  readonly rateLimit?: string;
  readonly ordering?: string;
  readonly retry?: string;
  readonly secret?: string;
  readonly data?: string;
}

/**
 * The body of a create or a change: what `--data` holds, and the options over it.
 * @param data of `--data`, parsed
 * @throws {CommandFailure}
 */
export function endpointBody(
  options: EndpointOptions,
  data: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { description, events, channels, apiVersion, scheme, maxInFlight, ordering, secret } = options;
  return {
    ...data,
    ...given({
      url: options.endpointUrl,
      description,
      events,
      channels,
      filter: jsonOption('--filter', options.filter),
      apiVersion,
      headers: pairs('--header', ':', options.header),
      metadata: pairs('--metadata', '=', options.metadata),
      signature: scheme === undefined ? undefined : { schemes: scheme },
      timeoutMs: options.timeout,
      maxInFlight,
      rateLimit: options.rateLimit === undefined ? undefined : rateLimitOf(options.rateLimit),
      ordering,
      retry: jsonOption('--retry', options.retry),
      secret,
    }),
  };
}

function jsonOption(name: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw usageFailure(`${name} is not valid JSON: ${(error as Error).message}`);
  }
}

/** `Name: value`, or `name=value`. */
function pairs(
  name: string,
  separator: string,
  texts: readonly string[] | undefined,
): Record<string, string> | undefined {
  if (texts === undefined) return undefined;
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf(separator);
      if (at < 1)
        throw usageFailure(`${name} is "name${separator === ':' ? ': ' : '='}value", not "${text}"`);
      return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    }),
  );
}

/** `100/1`: so many in so many seconds; `none` takes the limit away. */
function rateLimitOf(text: string): RateLimit | null {
  if (text === 'none') return null;
  const match = /^(\d+)\/(\d+)s?$/.exec(text);
  if (!match)
    throw usageFailure(`--rate-limit is such as 100/1 (so many in so many seconds) or none, not "${text}"`);
  return { max: Number(match[1]), perSeconds: Number(match[2]) };
}
