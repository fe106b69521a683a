import type { components } from '@postel/client';
import type { Tone } from './status.js';

type Job = components['schemas']['Job'];

export const stateTones: Readonly<Record<Job['state'], Tone>> = {
  queued: 'quiet',
  running: 'waiting',
  paused: 'warning',
  succeeded: 'good',
  failed: 'bad',
};

export const kindWords: Readonly<Record<Job['kind'], string>> = {
  recover: 'Recover',
  redrive: 'Redrive',
  tenant_erasure: 'Erase the tenant',
};

export const onlyWords: Readonly<Record<'failed' | 'missing' | 'all', string>> = {
  failed: 'what failed',
  missing: 'what is missing',
  all: 'everything again',
};

/** What holds it up; it goes on by itself. */
export const waitingWords: Readonly<Record<NonNullable<Job['waitingFor']>, string>> = {
  archive: 'Waits for events that are being archived; it goes on by itself.',
  fan_out: 'Waits for events that are being fanned out; it goes on by itself.',
  tables: 'Waits for tables that lag behind the log; it goes on by itself.',
  deliveries: 'Waits for deliveries it has made, so that the endpoint is not flooded; it goes on by itself.',
};

export function isOver({ state }: Pick<Job, 'state'>): boolean {
  return state === 'succeeded' || state === 'failed';
}

/** A job in a line: `Recover what is missing`. */
export function titleOf({ kind, parameters: { only } }: Pick<Job, 'kind' | 'parameters'>): string {
  return only === undefined ? kindWords[kind] : `${kindWords[kind]} ${onlyWords[only]}`;
}
