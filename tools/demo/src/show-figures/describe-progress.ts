import type { PlayedScene } from '../check-figures/collect-evidence.js';
import type { Verdict } from '../check-figures/await-end.js';
import type { Sending } from '../send-events/sending.js';

/** What can be seen from outside at this moment, in one line. */
export function describeProgress(
  sending: Sending,
  played: readonly PlayedScene[],
  latest: Verdict | null,
  elapsedMs: number,
): string {
  const requests = played.reduce((total, { receiver }) => total + receiver.seen.requests, 0);
  const parts = [
    `${(elapsedMs / 1_000).toFixed(1).padStart(5)} s`,
    `accepted ${sending.accepted.length}/${sending.wanted}`,
    `requests ${requests}`,
  ];
  if (sending.repeated > 0) parts.push(`sent again ${sending.repeated}`);
  if (sending.refused.length > 0) parts.push(`refused ${sending.refused.length}`);
  if (latest) {
    const deliveries = latest.evidence.endpoints.flatMap((endpoint) => endpoint.deliveries);
    const ended = deliveries.filter(({ status }) => status === 'succeeded' || status === 'dead').length;
    parts.push(`ended ${ended}/${deliveries.length}`);
    const open = latest.checks.find(({ ok }) => !ok);
    if (open) parts.push(`waiting: ${open.about}, ${open.left.value} and ${open.right.value}`);
  }
  return parts.join('   ');
}
