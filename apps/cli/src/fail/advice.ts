import type { Problem } from '@postel/client';

/** What to do about a refusal, where it is not plain. */
const advice: Partial<Readonly<Record<Problem['code'], string>>> = {
  unauthorized: 'run `postel login`, or set POSTEL_TOKEN',
  forbidden: '`postel whoami` says what this credential is',
  tenant_not_found: 'the operator sees them with `postel tenants list`',
  endpoint_not_found: '`postel endpoints list` shows them',
  endpoint_not_active: '`postel endpoints enable ID`, and try again',
  event_not_found: 'tables may lag by a second; `postel events list` shows the latest',
  delivery_not_found: 'tables may lag by a second; `postel deliveries list` shows the latest',
  dead_letter_not_found: '`postel dead-letters list` shows them',
  delivery_not_finished: '`postel deliveries get ID` shows when its next attempt is',
  job_not_found: 'the id is printed when a job is begun',
  recover_in_progress: '`postel jobs watch ID` shows how far the other is',
  unknown_event_type: '`postel event-types list` shows the catalogue',
  too_many_requests: 'wait a moment',
  database_unavailable: '`postel doctor` looks at the database',
  broker_unavailable: '`postel doctor` looks at NATS',
  upstream_unavailable: 'the service metrics or dead-letter is not there; `postel doctor` looks',
};

export function adviceOn(code: Problem['code'] | null): string | null {
  return code === null ? null : (advice[code] ?? null);
}
