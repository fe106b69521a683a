import type { DeadLetterReason } from './facts.js';

/** Work that takes longer than a request: its state is in PostgreSQL, and whoever asked may watch it. */
export const jobKinds = ['tenant_erasure', 'recover', 'redrive'] as const;
export type JobKind = (typeof jobKinds)[number];

/**
 *   queued ──▶ running ──▶ succeeded | failed        running, and its process gone: another takes it up
 *     ╰── paused ──╯ (resumed: queued again; an erasure cannot be paused)
 */
export const jobStates = ['queued', 'running', 'paused', 'succeeded', 'failed'] as const;
export type JobState = (typeof jobStates)[number];

/**
 * What holds a job up that could go on: events that are not archived or not fanned out yet, tables that lag behind the
 * log, or deliveries of its own that have not ended yet.
 */
export const jobWaits = ['archive', 'fan_out', 'tables', 'deliveries'] as const;
export type JobWait = (typeof jobWaits)[number];

/**
 * What a recover makes: dead deliveries anew (`failed`), deliveries that were never made (`missing`), or one more of every
 * event (`all`).
 */
export const recoverKinds = ['failed', 'missing', 'all'] as const;
export type RecoverKind = (typeof recoverKinds)[number];

/** Of an endpoint, over the events that were accepted in that time. */
export interface RecoverParameters {
  readonly endpointId: string;
  readonly only: RecoverKind;
  readonly sinceMs: number;
  readonly untilMs?: number;
  /** Of EVENTS, when it was asked for. */
  readonly lastEventSeq: number;
  readonly actor: string;
}

/** Dead letters that were there when it was asked for. */
export interface RedriveParameters {
  readonly reason?: DeadLetterReason | undefined;
  readonly endpointId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly type?: string | undefined;
  readonly sinceMs?: number | undefined;
  readonly untilMs: number;
  /** Up to here they were redriven at once. */
  readonly afterLogSeq: number;
  readonly actor: string;
}

export interface JobParameters {
  readonly tenant_erasure: Readonly<Record<string, never>>;
  readonly recover: RecoverParameters;
  readonly redrive: RedriveParameters;
}

/** How far a job that goes page by page has come; positions in EVENTS, or (of dead letters) in LOG. */
export interface JobCursor {
  /** All at or below is done. */
  readonly after: number;
  /** Nothing beyond is looked at. */
  readonly upTo: number;
  /** Positions in LOG that projections must have reached before it may go on, by their names. */
  readonly needs?: Readonly<Record<string, number>>;
  /** The page that was about to be carried out when this was stored: part of it may be in LOG already. */
  readonly intent?: JobPageCounts & { readonly upTo: number };
}

export interface JobPageCounts {
  /** Events or dead letters. */
  readonly looked: number;
  readonly deliveries: number;
  readonly failed: number;
}
