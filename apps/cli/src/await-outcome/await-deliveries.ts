import { ProblemError, unwrap, type PostelClient } from '@postel/client';
import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../context.js';
import { lastAnswer, statusStyle, type Delivery } from '../deliveries/delivery-view.js';
import { exitCodes } from '../fail/command-failure.js';
import { shownTime } from '../show/moments.js';

const patienceMs = 30_000;
/** Tables lag behind the log: whether it reached any endpoint is asked when there is no delivery after so long. */
const fanOutMs = 1_500;
const everyMs = 250;

const ended: readonly Delivery['status'][] = ['succeeded', 'dead', 'discarded'];

/**
 * Shows what becomes of an event, a line at each change, until all has ended; exit code 1 when something died.
 * @param matchesAny whether some endpoint wants it: asked once, when nothing is to be seen of it
 */
export async function awaitDeliveries(
  context: Context,
  eventId: string,
  matchesAny: () => Promise<boolean>,
): Promise<void> {
  const { terminal } = context;
  const client = context.client();
  const shown = new Map<string, string>();
  const sinceMs = terminal.nowMs();
  let isExpected = false;
  for (;;) {
    const deliveries = await deliveriesOf(client, eventId);
    for (const delivery of deliveries) await showChange(context, delivery, shown);
    const waitedMs = terminal.nowMs() - sinceMs;
    if (deliveries.length > 0 && deliveries.every(({ status }) => ended.includes(status))) {
      if (deliveries.some(({ status }) => status !== 'succeeded')) terminal.setExitCode(exitCodes.failed);
      return;
    }
    if (deliveries.length === 0 && waitedMs > fanOutMs && !isExpected) {
      isExpected = await matchesAny();
      if (!isExpected) {
        terminal.warn('It reached no endpoint: `postel explain TYPE --data JSON` says why.');
        return;
      }
    }
    if (waitedMs > patienceMs) {
      terminal.warn(`Not all has ended yet: \`postel events deliveries ${eventId}\` shows it later.`);
      return;
    }
    await delay(everyMs);
  }
}

async function deliveriesOf(client: PostelClient, id: string): Promise<readonly Delivery[]> {
  const query = { limit: 250 };
  try {
    return (await unwrap(client.GET('/v1/events/{id}/deliveries', { params: { path: { id }, query } }))).data;
  } catch (error) {
    // the tables do not have it yet
    if (error instanceof ProblemError && error.status === 404) return [];
    throw error;
  }
}

async function showChange(
  { terminal, json }: Context,
  delivery: Delivery,
  shown: Map<string, string>,
): Promise<void> {
  const { id, status, attempts, url, nextAttemptAt } = delivery;
  const state = `${status} ${attempts}`;
  if (shown.get(id) === state) return;
  shown.set(id, state);
  if (json) return terminal.print(JSON.stringify(delivery));
  const style = statusStyle(status);
  const next =
    nextAttemptAt && status === 'retrying' ? `, again at ${shownTime(nextAttemptAt, terminal.isTty)}` : '';
  const tries = attempts === 0 ? '' : `  attempt ${attempts}: ${lastAnswer(delivery)}${next}`;
  await terminal.print(`${style ? terminal.paint(style, status) : status}  ${id}  ${url}${tries}`);
}
