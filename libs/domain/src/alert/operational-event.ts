import { createHash } from 'node:crypto';
import type { DeliveryDied, EndpointState, OperationalEventType } from '@postel/contracts';
import { composeEnvelope } from '../event/accepted-event.js';
import type { AlertEffect } from './evaluate-alert.js';

type AboutEndpoint = Pick<EndpointState, 'id' | 'tenant' | 'url'>;

/** What happened to an endpoint, as the operator is told. */
export type OperatorNews =
  | Exclude<AlertEffect, { kind: 'disable' }>
  | (Omit<Extract<AlertEffect, { kind: 'disable' }>, 'kind'> & {
      readonly kind: 'disabled';
      readonly reason: 'too_many_failures';
    })
  | { readonly kind: 'disabled'; readonly atMs: number; readonly reason: 'gone' }
  | { readonly kind: 'dead'; readonly atMs: number; readonly fact: DeliveryDied };

export interface OperationalEvent {
  /** The same for the same news, however often it is told. */
  readonly id: string;
  readonly type: OperationalEventType;
  readonly envelope: Uint8Array;
}

interface Alert {
  readonly severity: 'info' | 'warning' | 'critical';
  readonly title: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const types = {
  failing: 'postel.endpoint.failing',
  disabled: 'postel.endpoint.disabled',
  recovered: 'postel.endpoint.recovered',
  dead: 'postel.delivery.dead',
} as const satisfies Record<OperatorNews['kind'], OperationalEventType>;

/** Without payloads, and of the URL without what may be a credential. */
export function operationalEventOf(news: OperatorNews, endpoint: AboutEndpoint): OperationalEvent {
  const type = types[news.kind];
  const url = shownUrl(endpoint.url);
  const { severity, title, message, metadata } = alertOf(news, url);
  const object = {
    severity,
    title,
    message,
    tenant: endpoint.tenant,
    endpointId: endpoint.id,
    url,
    metadata,
  };
  const id = idOf(news, endpoint.id);
  const text = composeEnvelope({
    id,
    type,
    createdSec: Math.floor(news.atMs / 1_000),
    data: JSON.stringify({ object }),
  });
  return { id, type, envelope: Buffer.from(text) };
}

function idOf(news: OperatorNews, endpointId: string): string {
  const about =
    news.kind === 'dead'
      ? `${news.fact.deliveryId}:${news.fact.hop}`
      : `${endpointId}:${news.kind === 'recovered' ? news.failingSinceMs : news.atMs}`;
  return `evt_${createHash('sha256').update(`${news.kind}:${about}`).digest('hex').slice(0, 32)}`;
}

function alertOf(news: OperatorNews, url: string): Alert {
  switch (news.kind) {
    case 'failing': {
      const { deadLetters, windowSeconds, inARow, sinceMs } = news;
      return {
        severity: 'warning',
        title: 'Endpoint failing',
        message: `${deadLetters} deliveries to ${url} ended as dead letters within ${windowSeconds} s.`,
        metadata: { deadLetters, windowSeconds, inARow, since: iso(sinceMs) },
      };
    }
    case 'disabled':
      return { severity: 'critical', title: 'Endpoint disabled', ...disabling(news, url) };
    case 'recovered':
      return {
        severity: 'info',
        title: 'Endpoint recovered',
        message:
          news.by === 'success'
            ? `A delivery to ${url} succeeded.`
            : `Few deliveries to ${url} end as dead letters any more.`,
        metadata: { failingSince: iso(news.failingSinceMs) },
      };
    case 'dead':
      return {
        severity: 'warning',
        title: 'Delivery dead',
        message: `A delivery to ${url} ended as a dead letter: ${news.fact.reason}.`,
        metadata: deadLetterOf(news.fact),
      };
  }
}

function disabling(
  news: Extract<OperatorNews, { kind: 'disabled' }>,
  url: string,
): Pick<Alert, 'message' | 'metadata'> {
  const { reason } = news;
  if (reason === 'gone') return { message: `${url} answered 410 Gone.`, metadata: { reason } };
  const { deadLetters, sinceMs } = news;
  return {
    message: `${deadLetters} deliveries to ${url} ended as dead letters, and none succeeded since.`,
    metadata: { reason, deadLetters, since: iso(sinceMs) },
  };
}

function deadLetterOf(fact: DeliveryDied): Alert['metadata'] {
  const { deliveryId, eventId, type, reason, lastStatus } = fact;
  const lastErrorCode = fact.lastError?.code ?? null;
  return { deliveryId, eventId, type, reason, attempts: fact.attemptsMade, lastStatus, lastErrorCode };
}

/** Query and user information often are credentials of the receiver. */
function shownUrl(text: string): string {
  if (!URL.canParse(text)) return '';
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
