import { expect, it } from '@jest/globals';
import { operationalEventTypes, type OperationalEventType } from './operational-event-types.js';
import { eventTypeOfSubject, opsSubject } from './subjects.js';
import { eventSubjects } from './topology.js';

it('gives each type a subject of its own in EVENTS, and takes the type from it', () => {
  const types = Object.keys(operationalEventTypes) as OperationalEventType[];
  const subjects = types.map(opsSubject);
  expect(subjects).toEqual([
    'postel.ops.endpoint_failing',
    'postel.ops.endpoint_disabled',
    'postel.ops.endpoint_recovered',
    'postel.ops.delivery_dead',
  ]);
  expect(subjects.map(eventTypeOfSubject)).toEqual(types);
  expect(eventSubjects([])).toContain('postel.ops.>');
});

it('takes any other subject for the type itself', () => {
  const subjects = ['order.created', 'postel.ops.unknown', 'postel.ops.endpoint_failing.more'];
  expect(subjects.map(eventTypeOfSubject)).toEqual(subjects);
});
