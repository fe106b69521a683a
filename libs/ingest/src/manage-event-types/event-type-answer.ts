import type { EventTypeAnswer, EventTypeState } from '@postel/contracts';

/** An event type as the API shows it. */
export function eventTypeAnswer(state: EventTypeState): EventTypeAnswer {
  const { createdAtMs, updatedAtMs } = state;
  return {
    name: state.name,
    description: state.description,
    deprecated: state.deprecated,
    schema: state.schema && { ...state.schema },
    examples: state.examples.map((example) => ({ ...example })),
    versions: state.versions.map(({ name, description, transform, schema }) => ({
      name,
      description,
      transform,
      schema: schema && { ...schema },
    })),
    origin: state.origin,
    createdAt: createdAtMs === 0 ? null : new Date(createdAtMs).toISOString(),
    updatedAt: updatedAtMs === 0 ? null : new Date(updatedAtMs).toISOString(),
  };
}
