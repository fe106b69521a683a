import { everyFactFilter } from './facts.js';
import { configFilter, logFilter } from './subjects.js';
import type { StreamName } from './topology.js';

/**
 * Who keeps a position of its own instead of a durable (ADR 3), and of which streams: nothing that one of them has not
 * read is ever purged, also while it never ran.
 */
export const projectionStreams = {
  archive: ['EVENTS'],
  'delivery-log': ['LOG'],
  'dead-letters': ['LOG'],
  'waiting-room': ['LOG'],
  alerts: ['LOG'],
  'event-erasures': ['LOG'],
  'audit-log': ['LOG'],
  'audit-config': ['CONFIG'],
  conservation: ['LOG'],
  // from here on it has not found the fate of each
  'conservation-events': ['EVENTS'],
} as const satisfies Readonly<Record<string, readonly StreamName[]>>;
export type ProjectionName = keyof typeof projectionStreams;

/** What each of them reads of its stream: behind its position only that can be left to read. */
export const projectionFilters: Readonly<Record<ProjectionName, readonly string[]>> = {
  archive: ['>'],
  'delivery-log': [everyFactFilter],
  'dead-letters': [
    'event.invalid',
    'event.discarded',
    'delivery.died',
    'delivery.reopened',
    'delivery.discarded',
    // of another owner of the same delivery: a success wins
    'delivery.succeeded',
    'delivery.deferred',
  ].map(logFilter),
  'waiting-room': [
    'delivery.created',
    'delivery.deferred',
    'delivery.reopened',
    'delivery.succeeded',
    'delivery.died',
  ].map(logFilter),
  alerts: ['delivery.died', 'delivery.succeeded'].map(logFilter),
  'event-erasures': ['event.erased'].map(logFilter),
  // what people do; of the facts that come with every delivery none
  'audit-log': [
    'delivery.created',
    'delivery.reopened',
    'delivery.discarded',
    'event.discarded',
    'event.erased',
  ].map(logFilter),
  'audit-config': (
    ['tenant', 'api-key', 'portal-token', 'endpoint', 'event-type', 'source', 'audit'] as const
  ).map(configFilter),
  conservation: [everyFactFilter],
  'conservation-events': ['>'],
};
