/** A tenant as CONFIG keeps it. `default` exists without a fact, until it is changed. */
export interface TenantState {
  readonly id: string;
  readonly description: string;
  /** Events of a type that its catalogue does not have are refused, instead of adding the type. */
  readonly strictEventTypes: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export const defaultTenant = 'default';
