import type { Refusal, SourceState } from '@postel/contracts';
import { createHash } from 'node:crypto';
import { composeEnvelope, decodeUtf8, type AcceptedEvent } from '../event/accepted-event.js';
import { dataFaults, isObjectText } from '../event/event-fields.js';
import { jsonFault } from '../event/json-fault.js';
import { refusalOf, tooLarge } from '../event/read-http-event.js';
import { inboundType } from './inbound-type.js';
import { challengeIn, providerFacts } from './provider-facts.js';

/** A request of a provider whose signature was found good. */
export interface InboundRequest {
  readonly source: Pick<SourceState, 'id' | 'tenant' | 'name' | 'provider' | 'signature' | 'createdAtMs'>;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly nowMs: number;
  /** The event's id when the provider gives none of its own. */
  readonly newId: string;
  /** Largest event, as it is stored and delivered. */
  readonly maxBytes: number;
}

export type InboundReading =
  | { readonly ok: true; readonly kind: 'challenge'; readonly challenge: string }
  /** `isKnownAgain`: the provider has an id of its own for it, of which the event's is made. */
  | {
      readonly ok: true;
      readonly kind: 'event';
      readonly event: AcceptedEvent;
      readonly isKnownAgain: boolean;
    }
  | { readonly ok: false; readonly refusal: Refusal };

const maxChallengeLength = 1_024;
/**
 * The others send JSON, whatever a request says of itself: its content type is not signed, so who got hold of one could
 * have it read as something else.
 */
const sendForms: ReadonlySet<SourceState['provider']> = new Set(['github', 'slack', 'hmac']);
const form = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * Makes an event of what a provider sent. A JSON object becomes `data.object` as it came, byte for byte; any other JSON
 * its `body`; of a form the text is `raw`. What stands in headers alone goes to `relatedObjects.inbound`.
 */
export function readInbound(request: InboundRequest): InboundReading {
  const text = decodeUtf8(request.body);
  if (text === null) return refused({ code: 'invalid_utf8' });
  const { provider } = request.source;
  const isForm = sendForms.has(provider) && form.test(request.headers['content-type'] ?? '');
  const json = isForm ? jsonOfForm(text) : text;
  const fault = isForm ? null : jsonFault(text);
  if (fault) return refused({ code: 'malformed_json', detail: fault.messageWithExcerpt });
  const challenge = challengeIn(provider, json);
  if (challenge !== undefined) return answeredWith(challenge);
  const object = isForm
    ? `{"contentType":"application/x-www-form-urlencoded","raw":${JSON.stringify(text)}}`
    : isObjectText(text.trimStart())
      ? text
      : `{"body":${text}}`;
  return eventOf(request, `{"object":${object}}`, json);
}

function eventOf(request: InboundRequest, data: string, json: string): InboundReading {
  const { headers, maxBytes, newId, nowMs, source } = request;
  const faults = dataFaults(data);
  if (faults.length > 0) return refused(refusalOf(faults));
  // its own: whoever sets up a source may call a header `constructor`
  const header = (name: string) => (Object.hasOwn(headers, name) ? headers[name] : undefined);
  const own = providerFacts(source, { header, json });
  const identity = {
    id: own.id === undefined ? newId : idOf(source, own.id),
    type: inboundType(source.name, own.type),
    createdSec: Math.floor(nowMs / 1_000),
  };
  const relatedObjects = JSON.stringify({ inbound: about(request, own) });
  const envelope = Buffer.from(composeEnvelope({ ...identity, data, relatedObjects }));
  if (envelope.byteLength > maxBytes) return tooLarge(envelope.byteLength, maxBytes);
  const event = { ...identity, channels: [], envelope };
  return { ok: true, kind: 'event', event, isKnownAgain: own.id !== undefined };
}

/** The same whenever the provider sends it again, and of this source alone: a later one of its name has other ids. */
function idOf({ tenant, id, createdAtMs }: InboundRequest['source'], ownId: string): string {
  const hash = createHash('sha256').update(JSON.stringify([tenant, id, createdAtMs, ownId]));
  return `evt_${hash.digest('hex').slice(0, 32)}`;
}

/** From where it came, and what only headers say: of Shopify the shop, of GitHub the hook. Never a signature. */
function about(
  { headers, source }: InboundRequest,
  own: { readonly id: string | undefined; readonly type: string | undefined },
): object {
  const shown = Object.entries(headers).filter(
    ([name]) => /^x-(github|shopify)-/.test(name) && !/hmac|signature/.test(name),
  );
  return {
    source: source.name,
    sourceId: source.id,
    provider: source.provider,
    ...(own.id === undefined ? {} : { id: own.id }),
    ...(own.type === undefined ? {} : { type: own.type }),
    ...(shown.length === 0 ? {} : { headers: Object.fromEntries(shown) }),
  };
}

/** GitHub's and Slack's forms hold JSON as `payload`; of Slack's commands the fields are all there is. */
function jsonOfForm(text: string): string {
  const fields = new URLSearchParams(text);
  const payload = fields.get('payload');
  if (payload !== null && jsonFault(payload) === null) return payload;
  const command = fields.get('command');
  return command === null ? '{}' : JSON.stringify({ command });
}

function answeredWith(challenge: string): InboundReading {
  return challenge.length <= maxChallengeLength
    ? { ok: true, kind: 'challenge', challenge }
    : refused({ code: 'malformed_request', detail: 'The challenge is too long.' });
}

function refused(refusal: Refusal): Extract<InboundReading, { ok: false }> {
  return { ok: false, refusal };
}
