import { describe, expect, it } from '@jest/globals';
import { eventOf, sampleOf } from './sample.js';

const form = { type: 'order.created', payload: '{"id":1}', channels: [], orderingKey: '' };

describe('the event that is explained', () => {
  it('has what was filled in, and nothing of what was left empty', () => {
    expect(eventOf(form)).toEqual({
      event: { type: 'order.created', data: { object: { id: 1 } } },
      text: '{"type":"order.created","data":{"object":{"id":1}}}',
    });
    expect(eventOf({ ...form, channels: ['eu'], orderingKey: 'ord_1' })).toMatchObject({
      event: { channels: ['eu'], orderingKey: 'ord_1' },
    });
  });

  it('keeps the payload as it was written, numbers that JavaScript rounds too', () => {
    const payload = '{ "amount": 9007199254740993, "rate": 1.10 }';
    const written = eventOf({ ...form, payload, channels: ['eu'] });
    expect(written).toMatchObject({
      text: `{"type":"order.created","channels":["eu"],"data":{"object":${payload}}}`,
    });
  });

  it.each(['[1]', '"text"', 'null'])('is none where its payload is %s', (payload) => {
    expect(eventOf({ ...form, payload })).toMatchObject({ faults: { payload: expect.any(String) } });
  });

  it('tells of each field what is wrong with it', () => {
    expect(eventOf({ ...form, type: ' ', payload: '{' })).toEqual({
      faults: { type: expect.any(String), payload: expect.stringMatching(/no JSON/) },
    });
  });

  it('begins with the sample of its type', () => {
    expect(JSON.parse(sampleOf({ examples: [{ amount: 5 }] }))).toEqual({ amount: 5 });
    expect(eventOf({ ...form, payload: sampleOf({ examples: [] }) })).toHaveProperty('event');
  });
});
