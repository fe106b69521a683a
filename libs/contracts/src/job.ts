/** Work that takes longer than a request: its state is in PostgreSQL, and whoever asked may watch it. */
export const jobKinds = ['tenant_erasure'] as const;
export type JobKind = (typeof jobKinds)[number];

/**
 *   queued ──▶ running ──▶ succeeded | failed        running, and its process gone: another takes it up
 */
export const jobStates = ['queued', 'running', 'succeeded', 'failed'] as const;
export type JobState = (typeof jobStates)[number];
