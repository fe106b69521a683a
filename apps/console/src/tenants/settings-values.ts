import type { Answer } from '../api/api-context.js';

export type Tenant = Answer<'Tenant'>;
export type TenantChange = Answer<'UpdateTenant'>;
type Rules = NonNullable<Tenant['alerts']>;

/** `fleet`: as the fleet has it; `own`: as the figures beside it say. */
export type RuleMode = 'fleet' | 'never' | 'own';

/** What a number field holds: nothing is the empty text. */
export type NumberValue = number | string;

export interface ThresholdValues {
  readonly mode: RuleMode;
  readonly deadLetters: NumberValue;
  readonly windowSeconds: NumberValue;
}

/** A tenant's settings as a form holds them. */
export interface SettingsValues {
  readonly description: string;
  readonly strictEventTypes: boolean;
  readonly warn: ThresholdValues;
  readonly disable: ThresholdValues;
  readonly consecutive: { readonly mode: RuleMode; readonly deadLetters: NumberValue };
  readonly payloadDays: NumberValue;
  readonly attemptDays: NumberValue;
  readonly rowDays: NumberValue;
  /** JSON. */
  readonly metadata: string;
}

export function valuesOf({
  description,
  strictEventTypes,
  alerts,
  retention,
  metadata,
}: Tenant): SettingsValues {
  return {
    description,
    strictEventTypes,
    warn: thresholdValues(alerts?.warn, { deadLetters: 10, windowSeconds: 3_600 }),
    disable: thresholdValues(alerts?.disable, { deadLetters: 100, windowSeconds: 86_400 }),
    consecutive: {
      mode: modeOf(alerts?.disableAfterConsecutive),
      deadLetters: alerts?.disableAfterConsecutive ?? 50,
    },
    payloadDays: retention.payloadDays ?? '',
    attemptDays: retention.attemptDays ?? '',
    rowDays: retention.rowDays ?? '',
    metadata: Object.keys(metadata).length === 0 ? '' : JSON.stringify(metadata, null, 2),
  };
}

function modeOf(rule: unknown): RuleMode {
  if (rule === undefined) return 'fleet';
  return rule === null ? 'never' : 'own';
}

/** @param offered what the fields begin with when the tenant has nothing of its own */
function thresholdValues(rule: Rules['warn'], offered: NonNullable<Rules['warn']>): ThresholdValues {
  return { mode: modeOf(rule), ...(rule ?? offered) };
}

/** What the API is told; what is no number any more it refuses in its own words. */
export function settingsOf(values: SettingsValues): Required<TenantChange> {
  return {
    description: values.description,
    strictEventTypes: values.strictEventTypes,
    alerts: alertsOf(values),
    retention: {
      payloadDays: daysOf(values.payloadDays),
      attemptDays: daysOf(values.attemptDays),
      rowDays: daysOf(values.rowDays),
    },
    metadata:
      values.metadata.trim() === '' ? {} : (JSON.parse(values.metadata) as Readonly<Record<string, string>>),
  };
}

function alertsOf({ warn, disable, consecutive }: SettingsValues): Rules | null {
  const rules: Rules = {
    ...ruleOf('warn', warn.mode, () => thresholdOf(warn)),
    ...ruleOf('disable', disable.mode, () => thresholdOf(disable)),
    ...ruleOf('disableAfterConsecutive', consecutive.mode, () => Number(consecutive.deadLetters)),
  };
  return Object.keys(rules).length === 0 ? null : rules;
}

function ruleOf<Name extends keyof Rules>(
  name: Name,
  mode: RuleMode,
  own: () => Rules[Name],
): Pick<Rules, Name> | Record<string, never> {
  if (mode === 'fleet') return {};
  return { [name]: mode === 'never' ? null : own() } as Pick<Rules, Name>;
}

function thresholdOf({ deadLetters, windowSeconds }: ThresholdValues): NonNullable<Rules['warn']> {
  return { deadLetters: Number(deadLetters), windowSeconds: Number(windowSeconds) };
}

function daysOf(days: NumberValue): number | null {
  return days === '' ? null : Number(days);
}

/** What is not as it was: what somebody else changes meanwhile stays. */
export function changesOf(before: SettingsValues, after: SettingsValues): TenantChange {
  const was = settingsOf(before);
  const changed = Object.entries(settingsOf(after)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name as keyof TenantChange]),
  );
  return Object.fromEntries(changed);
}

/** @returns what is wrong with metadata as somebody typed it; `null` when nothing is */
export function metadataFault(text: string): string | null {
  if (text.trim() === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isObject && Object.values(value).every((one) => typeof one === 'string')) return null;
    return 'A JSON object of texts, such as { "plan": "gold" }';
  } catch {
    return 'This is not JSON.';
  }
}
