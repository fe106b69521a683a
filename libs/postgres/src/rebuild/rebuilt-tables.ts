/** A table that is made of the streams alone, and how its rows are told that the streams do not reach any more. */
export interface RebuiltTable {
  readonly name: string;
  readonly isPartitioned: boolean;
  /** Absent: nothing of it is copied. */
  readonly older?: {
    /** Unique, and ordered by an index; with their types. */
    readonly key: Readonly<Record<string, string>>;
    /** The column whose value is below the first position of its stream. */
    readonly position: string;
    readonly stream: 'EVENTS' | 'LOG';
  };
}

/**
 * What `projections:rebuild` builds anew and swaps. Waiting rows, the order of ordered endpoints and jobs stay: they are
 * the state of work under way.
 */
export const rebuiltTables: readonly RebuiltTable[] = [
  {
    name: 'events',
    isPartitioned: true,
    older: { key: { accepted_at: 'timestamptz', seq: 'bigint' }, position: 'seq', stream: 'EVENTS' },
  },
  {
    name: 'deliveries',
    isPartitioned: true,
    older: { key: { id: 'text', accepted_at: 'timestamptz' }, position: 'created_seq', stream: 'LOG' },
  },
  {
    name: 'attempts',
    isPartitioned: true,
    older: {
      key: { delivery_id: 'text', number: 'integer', accepted_at: 'timestamptz' },
      position: 'log_seq',
      stream: 'LOG',
    },
  },
  {
    name: 'dead_letters',
    isPartitioned: false,
    older: { key: { id: 'text' }, position: 'log_seq', stream: 'LOG' },
  },
  // counted anew from the rows above
  { name: 'stats_minutes', isPartitioned: false },
  { name: 'stats_hours', isPartitioned: false },
  { name: 'time_positions', isPartitioned: false },
  // of the rows above: which days of whom are done
  { name: 'forgotten_days', isPartitioned: false },
];

/** The projections that write them. */
export const rebuiltProjections = ['archive', 'delivery-log', 'dead-letters'] as const;
