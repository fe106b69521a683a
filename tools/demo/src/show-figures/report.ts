import type { PlayedDemo } from '../play-demo.js';
import type { Colours } from '../print-requests/colours.js';
import { figuresOf } from './figures.js';
import { checkLine, tableOf } from './show-table.js';

/** For a person. */
export function textReport({ evidence, checks, sending }: PlayedDemo, colours: Colours): string {
  const { endpoints, total } = figuresOf(evidence);
  const failed = checks.filter(({ ok }) => !ok).length;
  const again = sending.repeated > 0 ? `, ${sending.repeated} sent again for want of an answer` : '';
  const refused = sending.refused.map(
    ({ event, reason }) => `  not taken: ${event.type} ${event.id}: ${reason}`,
  );
  return [
    '',
    `${sending.accepted.length} of ${sending.wanted} events accepted${again}.`,
    ...refused.slice(0, 5),
    '',
    tableOf(endpoints, total),
    '',
    ...checks.map((check) => checkLine(check, colours)),
    '',
    failed === 0
      ? colours.good('Every figure adds up.')
      : colours.bad(`${failed} of ${checks.length} figures do not add up.`),
  ].join('\n');
}

/** For a program. */
export function jsonReport({ run, evidence, checks, sending }: PlayedDemo): object {
  const { endpoints, total } = figuresOf(evidence);
  return {
    run,
    ok: checks.every(({ ok }) => ok),
    events: {
      sent: sending.wanted,
      accepted: sending.accepted.length,
      sentAgain: sending.repeated,
      notTaken: sending.refused.map(({ event, reason }) => ({ id: event.id, type: event.type, reason })),
    },
    endpoints,
    total,
    checks,
  };
}
