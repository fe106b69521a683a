import type { EndpointAnswer, EndpointState, RetryPolicy } from '@postel/contracts';

/** An endpoint as the API shows it: its secrets never, the values of its custom headers masked. */
export function endpointAnswer(state: EndpointState, defaultRetry: RetryPolicy): EndpointAnswer {
  return {
    id: state.id,
    url: state.url,
    description: state.description,
    events: [...state.events],
    channels: [...state.channels],
    apiVersion: state.apiVersion,
    metadata: { ...state.metadata },
    headers: Object.fromEntries(Object.keys(state.headers).map((name) => [name, '***'])),
    signature: { schemes: [...state.signature.schemes] },
    retry: state.retry ?? defaultRetry,
    timeoutMs: state.timeoutMs,
    status: state.status,
    disabledReason: state.status === 'disabled' ? state.disabledReason : null,
    createdAt: new Date(state.createdAtMs).toISOString(),
    updatedAt: new Date(state.updatedAtMs).toISOString(),
  };
}
