import type { JobAnswer } from '@postel/contracts';
import type { Job } from '@postel/postgres';

export function jobAnswer(job: Job): JobAnswer {
  const { done, total, failed, deliveries, cursor: _cursor, parameters: _parameters, ...rest } = job;
  return { ...rest, parameters: shownParameters(job), progress: { done, total, failed, deliveries } };
}

function shownParameters(job: Job): JobAnswer['parameters'] {
  switch (job.kind) {
    case 'tenant_erasure':
      return {};
    case 'recover': {
      const { endpointId, only, sinceMs, untilMs } = job.parameters;
      return { endpointId, only, ...timesOf(sinceMs, untilMs) };
    }
    case 'redrive': {
      const { reason, endpointId, eventId, sinceMs, untilMs } = job.parameters;
      return {
        ...(reason === undefined ? {} : { reason }),
        ...(endpointId === undefined ? {} : { endpointId }),
        ...(eventId === undefined ? {} : { eventId }),
        ...timesOf(sinceMs, untilMs),
      };
    }
  }
}

function timesOf(
  sinceMs: number | undefined,
  untilMs: number | undefined,
): Pick<JobAnswer['parameters'], 'since' | 'until'> {
  return {
    ...(sinceMs === undefined ? {} : { since: new Date(sinceMs).toISOString() }),
    ...(untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() }),
  };
}
