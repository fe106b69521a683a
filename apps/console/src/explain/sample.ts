import type { components } from '@postel/client';

type EventType = components['schemas']['EventType'];
export type PublishEvent = components['schemas']['PublishEvent'];

/** An event, and its text, in which the payload is as it was written: numbers that JavaScript would round are kept. */
export interface WrittenEvent {
  readonly event: PublishEvent;
  readonly text: string;
}

/** A payload to begin with: the type's own sample where there is one. */
export function sampleOf(type: Pick<EventType, 'examples'> | undefined): string {
  return JSON.stringify(type?.examples[0] ?? { id: 'example_1' }, null, 2);
}

export interface EventForm {
  readonly type: string;
  /** `data.object`, as text. */
  readonly payload: string;
  readonly channels: readonly string[];
  readonly orderingKey: string;
}

export type Faults = Readonly<Partial<Record<'type' | 'payload', string>>>;

export function eventOf(form: EventForm): WrittenEvent | { readonly faults: Faults } {
  const type = form.type.trim();
  const payload = readObject(form.payload);
  const faults: Faults = {
    ...(type === '' ? { type: 'A type, such as order.created' } : {}),
    ...('fault' in payload ? { payload: payload.fault } : {}),
  };
  if ('fault' in payload || type === '') return { faults };
  const { channels, orderingKey } = form;
  const rest = {
    ...(channels.length > 0 ? { channels: [...channels] } : {}),
    ...(orderingKey === '' ? {} : { orderingKey }),
  };
  const written = Object.entries({ type, ...rest }).map(
    ([name, value]) => `"${name}":${JSON.stringify(value)}`,
  );
  return {
    event: { type, data: { object: payload.value }, ...rest },
    text: `{${written.join(',')},"data":{"object":${form.payload}}}`,
  };
}

function readObject(text: string): { readonly value: Record<string, unknown> } | { readonly fault: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { value: value as Record<string, unknown> };
    }
    return { fault: 'This should be a JSON object: { … }' };
  } catch (error) {
    return { fault: `This is no JSON: ${error instanceof Error ? error.message : 'it cannot be read'}` };
  }
}
