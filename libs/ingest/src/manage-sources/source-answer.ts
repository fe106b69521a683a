import { webhookPath, type SourceAnswer, type SourceState } from '@postel/contracts';

/** A source as the API shows it: of its secrets only how many there are. */
export function sourceAnswer(state: SourceState, secretCount: number): SourceAnswer {
  return {
    id: state.id,
    name: state.name,
    provider: state.provider,
    signature: state.signature,
    secretCount,
    toleranceSeconds: state.toleranceSeconds,
    rateLimit: state.rateLimit,
    status: state.status,
    description: state.description,
    metadata: { ...state.metadata },
    url: webhookPath(state.id),
    createdAt: new Date(state.createdAtMs).toISOString(),
    updatedAt: new Date(state.updatedAtMs).toISOString(),
  };
}
