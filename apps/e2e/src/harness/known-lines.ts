import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './child-process.js';
import type { ServiceName } from './fleet.js';

/** A line of a service's log, as it was written. */
export type LogLine = Readonly<Record<string, unknown>> & {
  readonly level: string;
  readonly service: ServiceName;
  readonly msg: string;
  readonly component?: string;
};

/** What docs/reference/logs.md says of a line of one component. */
export interface KnownLine {
  readonly of: readonly ServiceName[];
  /** Beside those that every line has, and those of a trace. */
  readonly fields: readonly string[];
  readonly sometimes?: readonly string[];
  /** Every such line belongs to a span, while tracing is on. */
  readonly hasSpan?: true;
}

export const everyLineHas = ['time', 'level', 'service', 'component', 'msg'];
export const traceFieldNames = ['trace_id', 'span_id'];

const took = ['meanMs', 'maxMs'];

/** By component and `msg`. */
export const knownLines: Readonly<Record<string, KnownLine>> = {
  'http: request': {
    of: ['ingest', 'dispatcher', 'deliverer', 'dead-letter', 'metrics'],
    fields: [
      ...['requestId', 'method', 'route', 'status', 'code', 'durationMs', 'tenant', 'actor'],
      ...['requestBytes', 'responseBytes'],
    ],
  },
  'http: requests that publish': { of: ['ingest'], fields: ['total', 'outcomes', ...took] },
  'fan-out: event': { of: ['dispatcher'], fields: ['eventSeq', 'outcome', 'deliveries'], hasSpan: true },
  'fan-out: event refused': {
    of: ['dispatcher'],
    fields: ['tenant', 'eventId', 'eventSeq', 'code'],
    hasSpan: true,
  },
  'fan-out: event cut off': {
    of: ['dispatcher'],
    fields: ['tenant', 'eventId', 'eventSeq', 'facts'],
    hasSpan: true,
  },
  'fan-out: events fanned out': { of: ['dispatcher'], fields: ['total', 'outcomes'] },
  'attempts: attempt': {
    of: ['deliverer'],
    fields: [
      ...['tenant', 'deliveryId', 'endpointId', 'eventId', 'hop', 'attemptNumber', 'outcome', 'status'],
      ...['errorCode', 'durationMs'],
    ],
    hasSpan: true,
  },
  'attempts: attempts': { of: ['deliverer'], fields: ['total', 'outcomes'], sometimes: took },
  'projections: batch stored': {
    of: ['deliverer', 'dead-letter', 'metrics'],
    fields: ['projection', 'position', 'messages', 'durationMs'],
    sometimes: ['lagMs'],
  },
  'upkeep: round': { of: ['ingest', 'dead-letter', 'metrics'], fields: ['work', 'durationMs'] },
};

export function nameOf({ component, msg }: LogLine): string {
  return `${component}: ${msg}`;
}

/** @throws when something wrote there what is no line of a log */
export function linesOf(output: string): LogLine[] {
  return output
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as LogLine);
}

/** A row of the table in docs/reference/logs.md, its cells as they stand. */
export interface DocumentedLine {
  readonly of: string;
  readonly level: string;
  readonly tells: string;
}

export function documentedLines(): ReadonlyMap<string, DocumentedLine> {
  const page = readFileSync(join(repositoryRoot, 'docs', 'reference', 'logs.md'), 'utf8');
  const rows = page.split('\n').flatMap((line) => {
    const [, component, of = '', msg, level = '', tells = ''] = line.split('|').map((cell) => cell.trim());
    const [named, said] = [unquoted(component), unquoted(msg)];
    return named && said ? [[`${named}: ${said}`, { of, level, tells }] as const] : [];
  });
  return new Map(rows);
}

function unquoted(cell: string | undefined): string | undefined {
  return /^`([^`]+)`$/.exec(cell ?? '')?.[1];
}
