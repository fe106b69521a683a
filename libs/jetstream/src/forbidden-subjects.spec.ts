import { expect, it } from '@jest/globals';
import { ForbiddenSubjects } from './forbidden-subjects.js';

it('names what is refused by its kind, as long as that is refused when it is asked again', () => {
  let nowMs = 0;
  const asked: string[] = [];
  const nc = { publish: (subject: string) => void asked.push(subject) };
  const forbidden = new ForbiddenSubjects(() => nowMs);
  const refuse = () => forbidden.refused({ operation: 'publish', subject: 'postel.log.acme.event.invalid' });
  expect([refuse(), refuse()]).toEqual([true, false]);
  expect(forbidden.lacking).toEqual(['publish postel.log.>']);
  nowMs = 60_000;
  forbidden.askAgain(nc);
  expect(asked).toEqual(['postel.log.acme.event.invalid']);
  refuse();
  nowMs = 120_000;
  forbidden.askAgain(nc);
  expect(forbidden.lacking).toEqual(['publish postel.log.>']);
  nowMs = 120_001;
  forbidden.askAgain(nc);
  expect([forbidden.lacking, refuse()]).toEqual([[], true]);
});

it('leaves a service ready for what callers can bring about: types of events, and their first words', () => {
  const forbidden = new ForbiddenSubjects();
  for (const subject of ['parcel.sent', '$JS.API.STREAM.UPDATE.EVENTS'])
    expect(forbidden.refused({ operation: 'publish', subject })).toBe(true);
  expect(forbidden.lacking).toEqual([]);
});

it('publishes nothing again that others than our streams hear, and knows a refused subscription until the next connection', () => {
  let nowMs = 0;
  const asked: string[] = [];
  const nc = { publish: (subject: string) => void asked.push(subject) };
  const forbidden = new ForbiddenSubjects(() => nowMs);
  forbidden.refused({ operation: 'publish', subject: '$JS.API.STREAM.DELETE.LOG' });
  forbidden.refused({ operation: 'publish', subject: 'postel.fleet.deliverer' });
  forbidden.refused({ operation: 'publish', subject: 'postel.ops.endpoint.disabled' });
  forbidden.refused({ operation: 'subscription', subject: 'postel.fleet.deliverer' });
  forbidden.askAgain(nc);
  expect(asked).toEqual([]);
  nowMs = 60_001;
  forbidden.askAgain(nc);
  expect(forbidden.lacking).toEqual(['subscribe to postel.fleet.>']);
  forbidden.clear();
  expect(forbidden.lacking).toEqual([]);
});
