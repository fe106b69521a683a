import type { AlertRules } from './alerts.js';

/** A tenant as CONFIG keeps it. `default` exists without a fact, until it is changed. */
export interface TenantState {
  readonly id: string;
  readonly description: string;
  /** Events of a type that its catalogue does not have are refused, instead of adding the type. */
  readonly strictEventTypes: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** `null` or absent: the fleet's thresholds hold. */
  readonly alerts?: AlertRules | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export const defaultTenant = 'default';

/** What `default` is before anyone changes it. It is as old as Postel itself, in every installation. */
export const unchangedDefaultTenant: TenantState = {
  id: defaultTenant,
  description: '',
  strictEventTypes: false,
  metadata: {},
  createdAtMs: 0,
  updatedAtMs: 0,
};
