/** How many days after its acceptance something is kept. */
export interface RetentionDays {
  /** Events, deliveries, and the dead letters (of these after they were made). */
  readonly rowDays: number;
  /** The bytes of events; never longer than the rows. */
  readonly payloadDays: number;
  /** Attempts with what they sent and got; never longer than the rows. */
  readonly attemptDays: number;
}

export interface RetentionPolicy {
  readonly fleet: RetentionDays;
  /** Those with days of their own. */
  readonly tenants: ReadonlyMap<string, RetentionDays>;
}

export function daysFor({ fleet, tenants }: RetentionPolicy, tenant: string): RetentionDays {
  return tenants.get(tenant) ?? fleet;
}

/** Of all tenants: before that, nobody's rows go. */
export function shortestRowDays({ fleet, tenants }: RetentionPolicy): number {
  return Math.min(fleet.rowDays, ...[...tenants.values()].map(({ rowDays }) => rowDays));
}

/** After that, everybody's have. */
export function longestRowDays({ fleet, tenants }: RetentionPolicy): number {
  return Math.max(fleet.rowDays, ...[...tenants.values()].map(({ rowDays }) => rowDays));
}
