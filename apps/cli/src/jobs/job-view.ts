import type { components } from '@postel/client';

export type Job = components['schemas']['Job'];

/** It will not change any more. */
export function hasEnded({ state }: Job): boolean {
  return state === 'succeeded' || state === 'failed';
}

/** How far it is: a bar where it is known, figures in any case. */
export function jobLine(job: Job, barWidth: number): string {
  const { done, total, failed, deliveries } = job.progress;
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  const bar = share === null || barWidth === 0 ? '' : `${barOf(share, barWidth)} `;
  const percent = share === null ? '' : `${Math.floor(share * 100)} %  `;
  const parts = [
    `${done} of ${total ?? '?'} looked at`,
    `${deliveries} deliveries`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(job.waitingFor === null ? [] : [`waits for ${job.waitingFor}`]),
  ];
  return `${bar}${percent}${job.state}  ${parts.join(', ')}`;
}

function barOf(share: number, width: number): string {
  const full = Math.round(share * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}
