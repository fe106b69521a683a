import type { SourceState } from '@postel/contracts';
import { memberOf } from '../event/json-slices.js';

/** What came, as far as providers say anything in it. */
export interface ProviderRequest {
  /** By name, in lower case. */
  readonly header: (name: string) => string | undefined;
  /** JSON that was checked, of which an object's members are asked. */
  readonly json: string;
}

/** What a provider calls an event of its own. */
export interface ProviderFacts {
  /** Its id, the same when it is sent again; `undefined`: this provider gives none. */
  readonly id: string | undefined;
  readonly type: string | undefined;
}

type Reader = (request: ProviderRequest, source: Pick<SourceState, 'signature'>) => ProviderFacts;

/** Where each provider says which event it is, from its own documentation. */
const readers: Readonly<Record<SourceState['provider'], Reader>> = {
  'standard-webhooks': ({ header, json }) => ({ id: header('webhook-id'), type: typeIn(json) }),
  postel: ({ header, json }) => ({ id: header('webhook-id') ?? header('x-webhook-id'), type: typeIn(json) }),
  stripe: ({ json }) => ({ id: textOf(json, 'id'), type: textOf(json, 'type') }),
  // the action is what tells `pull_request` that was opened from one that was closed
  github: ({ header, json }) => ({
    id: header('x-github-delivery'),
    type: joined(header('x-github-event'), textOf(json, 'action')),
  }),
  shopify: ({ header }) => ({ id: header('x-shopify-webhook-id'), type: header('x-shopify-topic') }),
  slack: ({ json }) => ({
    id: textOf(json, 'event_id'),
    type: textOf(memberOf(json, 'event') ?? '', 'type') ?? textOf(json, 'type') ?? commandOf(json),
  }),
  hmac: ({ header, json }, { signature }) => ({
    id: signature?.idHeader ? header(signature.idHeader.toLowerCase()) : undefined,
    type: signature?.typeHeader ? header(signature.typeHeader.toLowerCase()) : typeIn(json),
  }),
};

export function providerFacts(
  source: Pick<SourceState, 'provider' | 'signature'>,
  request: ProviderRequest,
): ProviderFacts {
  const { id, type } = readers[source.provider](request, source);
  return { id: id === '' ? undefined : id, type };
}

/** Slack asks so, before it sends anything, whether the URL is its owner's. */
export function challengeIn(provider: SourceState['provider'], json: string): string | undefined {
  const isChallenge = provider === 'slack' && textOf(json, 'type') === 'url_verification';
  return isChallenge ? textOf(json, 'challenge') : undefined;
}

/** Postel's payload version 1.0 calls it `event`. */
function typeIn(json: string): string | undefined {
  return textOf(json, 'type') ?? textOf(json, 'event');
}

function commandOf(json: string): string | undefined {
  return textOf(json, 'command') === undefined ? undefined : 'slash_command';
}

function joined(first: string | undefined, second: string | undefined): string | undefined {
  return first === undefined || second === undefined ? first : `${first}.${second}`;
}

/** A member of an object, if it is a text. */
function textOf(json: string, key: string): string | undefined {
  const source = memberOf(json, key);
  return source?.startsWith('"') ? String(JSON.parse(source)) : undefined;
}
