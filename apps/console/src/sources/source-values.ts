import type { Answer } from '../api/api-context.js';
import { providers, type Provider, type Source } from './providers.js';

type CreateSource = Answer<'CreateSource'>;
export type Signature = NonNullable<Source['signature']>;

/** How a sender of kind `hmac` signs, as a form holds it: what is empty there is not. */
export interface SignatureValues {
  readonly header: string;
  readonly algorithm: Signature['algorithm'];
  readonly encoding: Signature['encoding'];
  readonly prefix: string;
  readonly timestampHeader: string;
  readonly timestampUnit: 'seconds' | 'milliseconds';
  readonly signed: string;
  readonly idHeader: string;
  readonly typeHeader: string;
}

export interface SourceValues {
  readonly name: string;
  readonly provider: Provider;
  readonly secret: string;
  readonly description: string;
  readonly signature: SignatureValues;
}

export const newSource: SourceValues = {
  name: '',
  provider: 'stripe',
  secret: '',
  description: '',
  signature: {
    header: '',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: '',
    timestampHeader: '',
    timestampUnit: 'seconds',
    signed: '{body}',
    idHeader: '',
    typeHeader: '',
  },
};

export function sourceOf({ name, provider, secret, description, signature }: SourceValues): CreateSource {
  return {
    name,
    provider,
    description,
    signature: provider === 'hmac' ? signatureOf(signature) : null,
    // without any, one is made, where the receiver may choose it
    ...(secret.trim() === '' ? {} : { secrets: [secret.trim()] }),
    toleranceSeconds: 300,
    rateLimit: { max: 100, perSeconds: 1 },
    status: 'active',
    metadata: {},
  };
}

function signatureOf({
  header,
  algorithm,
  encoding,
  prefix,
  timestampHeader,
  timestampUnit,
  signed,
  idHeader,
  typeHeader,
}: SignatureValues): Signature {
  return {
    header,
    algorithm,
    encoding,
    prefix,
    timestamp: timestampHeader === '' ? null : { header: timestampHeader, unit: timestampUnit },
    signed,
    idHeader: idHeader === '' ? null : idHeader,
    typeHeader: typeHeader === '' ? null : typeHeader,
  };
}

/** What can be said before the API is asked. */
export function faultsOf({
  name,
  provider,
  secret,
}: SourceValues): Partial<Record<'name' | 'secret', string>> {
  return {
    ...(/^[a-zA-Z0-9_]{1,40}$/.test(name)
      ? {}
      : { name: '1 to 40 of a-z A-Z 0-9 _: it becomes a word of event types' }),
    ...(providers[provider].secret === 'theirs' && secret.trim() === ''
      ? { secret: `${providers[provider].name} makes it: paste it here` }
      : {}),
  };
}

/** What the API says of paths such as `signature.timestamp.header`, at the form’s fields. */
export function faultsByField(
  errors: readonly { readonly path: string; readonly message: string }[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(errors.map(({ path, message }) => [fieldOf(path), message]));
}

function fieldOf(path: string): string {
  if (path.startsWith('secrets')) return 'secret';
  if (path.startsWith('signature.timestamp')) return 'signature.timestampHeader';
  return path === 'signature' ? 'signature.header' : path;
}

/** A secret on each line, each good. */
export function secretsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
