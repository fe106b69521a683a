import type { components } from '@postel/client';

type Endpoint = components['schemas']['Endpoint'];
type DeadLetter = components['schemas']['DeadLetter'];

/** An endpoint that somebody should look at. */
export interface Attention {
  readonly endpointId: string;
  readonly url: string;
  readonly tone: 'bad' | 'warning';
  /** In a word: `disabled`, `circuit open`, `failing`. */
  readonly state: string;
  readonly why: string;
  readonly deadLetters: number;
}

const disabledWords: Readonly<Record<NonNullable<Endpoint['disabledReason']>, string>> = {
  manual: 'Somebody disabled it: nothing is made for it.',
  gone: 'It answered 410 Gone, and was disabled.',
  too_many_failures: 'It failed too often, and was disabled.',
};

/**
 * The worst first: what gets nothing, what is not tried for now, what lets deliveries die.
 * @param deadLetters of the last day, as many as were read
 */
export function attentionOf(
  endpoints: readonly Endpoint[],
  deadLetters: readonly Pick<DeadLetter, 'endpointId'>[],
): readonly Attention[] {
  const dead = new Map<string, number>();
  for (const { endpointId } of deadLetters)
    if (endpointId) dead.set(endpointId, (dead.get(endpointId) ?? 0) + 1);
  const found = endpoints.flatMap((endpoint) => {
    const number = dead.get(endpoint.id) ?? 0;
    const what = stateOf(endpoint, number);
    return what ? [{ endpointId: endpoint.id, url: endpoint.url, deadLetters: number, ...what }] : [];
  });
  return found.sort((a, b) => rank(b) - rank(a) || b.deadLetters - a.deadLetters);
}

function stateOf(endpoint: Endpoint, deadLetters: number): Pick<Attention, 'tone' | 'state' | 'why'> | null {
  const { status, disabledReason, circuit } = endpoint;
  if (status === 'disabled') {
    return { tone: 'bad', state: 'disabled', why: disabledWords[disabledReason ?? 'manual'] };
  }
  if (circuit.state !== 'closed') {
    return {
      tone: 'warning',
      state: circuit.state === 'open' ? 'circuit open' : 'probing',
      why: 'It failed so much that it is tried with one request at a time until one succeeds.',
    };
  }
  if (deadLetters > 0)
    return { tone: 'warning', state: 'failing', why: 'Deliveries to it ended without success.' };
  return null;
}

function rank({ state }: Attention): number {
  return state === 'disabled' ? 2 : state === 'failing' ? 0 : 1;
}
