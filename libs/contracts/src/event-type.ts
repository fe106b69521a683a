/** A type of a tenant's catalogue as CONFIG keeps it. */
export interface EventTypeState {
  readonly name: string;
  readonly tenant: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}
