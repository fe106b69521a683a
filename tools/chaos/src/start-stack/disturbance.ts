export const serviceNames = ['ingest', 'dispatcher', 'deliverer', 'dead-letter', 'metrics'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Something that was done to a process, or that a process did to itself. */
export interface Disturbance {
  readonly what: ServiceName | 'nats' | 'postgres';
  /** `deliverer-2`, `nats-1`. */
  readonly process: string;
  /** `ended`: by itself, which nobody asked for. */
  readonly how:
    | 'killed'
    | 'failpoint'
    | 'frozen'
    | 'cut-off'
    | 'stopped'
    | 'power-cut'
    | 'disk-full'
    | 'durables-deleted'
    | 'ended';
  readonly atMs: number;
}
