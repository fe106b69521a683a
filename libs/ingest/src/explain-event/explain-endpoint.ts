import type { EndpointState, Explanation, Mismatch } from '@postel/contracts';
import {
  channelsMatch,
  compileFilters,
  EventView,
  explainFilter,
  firstWaitOf,
  type AcceptedEvent,
  type FirstWait,
} from '@postel/domain';
import type { Planned } from './planned-requests.js';

export interface ExplainContext {
  requestFor(event: AcceptedEvent, endpoint: EndpointState): Promise<Planned>;
  hasOpenCircuit(endpointId: string): boolean;
}

const waitMessages: Readonly<Record<FirstWait, string>> = {
  ordering: 'It waits for its turn: earlier deliveries with its ordering key go first',
  paused: 'The endpoint is paused: its deliveries are made, and wait until it is enabled',
  circuit_open: 'The circuit of the endpoint is open: one delivery at a time tries whether it answers again',
};

/** What the dispatcher would do with an event for one endpoint, in words. Pure but for what it asks. */
export async function explainEndpoint(
  event: AcceptedEvent,
  endpoint: EndpointState,
  context: ExplainContext,
): Promise<Explanation> {
  const { id: endpointId, url, status } = endpoint;
  const reasons = mismatchesOf(event, endpoint);
  if (reasons.length > 0) {
    return { endpointId, url, status, matches: false, reasons, waits: null, request: null, fails: null };
  }
  const reason = firstWaitOf(endpoint, event.orderingKey, context.hasOpenCircuit(endpointId));
  const waits = reason && { reason, message: waitMessages[reason] };
  const planned = await context.requestFor(event, endpoint);
  return { endpointId, url, status, matches: true, reasons, waits, ...planned };
}

/** Everything that keeps it away, not only what is looked at first. */
function mismatchesOf(event: AcceptedEvent, endpoint: EndpointState): Mismatch[] {
  const { type, channels, envelope } = event;
  const reasons: Mismatch[] = [];
  if (endpoint.status === 'disabled') {
    const message = `It is disabled (${endpoint.disabledReason}): no deliveries are made for it`;
    reasons.push({ code: 'disabled', message });
  }
  if (!compileFilters(endpoint.events)(type)) {
    reasons.push({ code: 'event_type', message: `It takes ${listed(endpoint.events)}, not ${type}` });
  }
  if (!channelsMatch(endpoint.channels, channels)) {
    const has = channels.length === 0 ? 'none' : listed(channels);
    const message = `It takes the channels ${listed(endpoint.channels)}; the event has ${has}`;
    reasons.push({ code: 'channels', message });
  }
  if (endpoint.filter) {
    const failures = explainFilter(endpoint.filter, EventView.of(envelope));
    reasons.push(...failures.map(({ path, message }): Mismatch => ({ code: 'filter', path, message })));
  }
  return reasons;
}

const maxListed = 10;

function listed(names: readonly string[]): string {
  const more = names.length > maxListed ? ` and ${names.length - maxListed} more` : '';
  return `${names.slice(0, maxListed).join(', ')}${more}`;
}
