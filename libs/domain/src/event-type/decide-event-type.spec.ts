import { describe, expect, it } from '@jest/globals';
import type { EventTypeSettings, EventTypeState } from '@postel/contracts';
import { catalogueOf, inCatalogue } from './catalogue.js';
import { decideEventType, type EventTypeCommand } from './decide-event-type.js';

const nothing: EventTypeSettings = {
  description: '',
  deprecated: false,
  schema: null,
  examples: [],
  versions: [],
};
const about = { tenant: 'acme', actor: 'key:1', nowMs: 5 };
const put = (name: string, settings: Partial<EventTypeSettings> = {}, force = false): EventTypeCommand => ({
  ...about,
  kind: 'put',
  name,
  force,
  settings: { ...nothing, ...settings },
});

/** The state after the commands, and the names of their facts. */
function after(...commands: readonly EventTypeCommand[]): { state: EventTypeState | null; facts: string[] } {
  let state: EventTypeState | null = null;
  const facts: string[] = [];
  for (const command of commands) {
    const decision = decideEventType(command, state);
    if (!decision.ok) throw new Error(decision.refusal.code);
    for (const fact of decision.facts) {
      state = fact.state;
      facts.push(fact.fact);
    }
  }
  return { state, facts };
}

describe('decideEventType', () => {
  it('declares a type, and finds its work done the second time', () => {
    const { state, facts } = after(
      put('lunch.served', { description: 'x' }),
      put('lunch.served', { description: 'x' }),
    );
    expect(facts).toEqual(['event_type.put']);
    expect(state).toMatchObject({ origin: 'declared', description: 'x', createdAtMs: 5 });
  });

  it('discovers a type once, and a put declares it with the time of its first use', () => {
    const discover: EventTypeCommand = { ...about, kind: 'discover', name: 'lunch.served' };
    const { state, facts } = after(discover, discover, { ...put('lunch.served'), nowMs: 9 });
    expect(facts).toEqual(['event_type.discovered', 'event_type.put']);
    expect(state).toMatchObject({ origin: 'declared', createdAtMs: 5, updatedAtMs: 9 });
  });

  it('needs no fact for a standard type, and one for its deletion', () => {
    const discover: EventTypeCommand = { ...about, kind: 'discover', name: 'order.created' };
    expect(after(discover).facts).toEqual([]);
    expect(inCatalogue('acme', 'order.created', null)).toMatchObject({ origin: 'standard', createdAtMs: 0 });
    const gone = after({ ...about, kind: 'delete', name: 'order.created' });
    expect(gone.state).toMatchObject({ deleted: true });
    expect(inCatalogue('acme', 'order.created', gone.state)).toBeNull();
    expect(catalogueOf('acme', gone.state ? [gone.state] : [])).toHaveLength(13);
    const back = decideEventType(discover, gone.state);
    expect(back).toMatchObject({
      ok: true,
      facts: [{ fact: 'event_type.discovered', state: { origin: 'standard' } }],
    });
    expect(decideEventType({ ...about, kind: 'delete', name: 'order.created' }, gone.state)).toMatchObject({
      ok: false,
      refusal: { code: 'event_type_not_found' },
    });
  });

  it('deletes any other type with a tombstone', () => {
    const { state, facts } = after(put('lunch.served'), { ...about, kind: 'delete', name: 'lunch.served' });
    expect([state, facts]).toEqual([null, ['event_type.put', 'event_type.deleted']]);
  });

  it('asks for force where a schema refuses what the last one, or an example, was', () => {
    const before = after(
      put('lunch.served', { schema: { required: ['a'] }, examples: [{ a: 1, b: 1 }] }),
    ).state;
    const narrower = { schema: { required: ['a'], properties: { b: { type: 'string' } } } };
    expect(decideEventType(put('lunch.served', narrower), before)).toMatchObject({
      ok: false,
      refusal: {
        code: 'incompatible_schema',
        errors: [
          { path: 'schema.b', code: 'example_refused' },
          { path: 'schema.properties.b', code: 'type_narrowed' },
        ],
      },
    });
    expect(decideEventType(put('lunch.served', narrower, true), before).ok).toBe(true);
    // none at all accepts everything
    expect(decideEventType(put('lunch.served'), before).ok).toBe(true);
  });

  it('lets a first schema refuse anything but the examples', () => {
    const before = after(put('lunch.served', { examples: [{ a: 1 }] })).state;
    expect(decideEventType(put('lunch.served', { schema: { required: ['a'] } }), before).ok).toBe(true);
    expect(decideEventType(put('lunch.served', { schema: { required: ['b'] } }), before).ok).toBe(false);
  });

  it('has the types that the operator is told of in the catalogue of the operator alone', () => {
    const names = (tenant: string) => catalogueOf(tenant, []).map(({ name }) => name);
    expect(names('operator')).toEqual(
      expect.arrayContaining(['order.created', 'postel.delivery.dead', 'postel.endpoint.failing']),
    );
    expect(names('acme').filter((name) => name.startsWith('postel.'))).toEqual([]);
    expect(inCatalogue('operator', 'postel.endpoint.failing', null)).toMatchObject({ origin: 'standard' });
    expect(inCatalogue('acme', 'postel.endpoint.failing', null)).toBeNull();
  });
});
