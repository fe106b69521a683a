import { describe, expect, it } from '@jest/globals';
import { actorOf } from '../parts/actor.js';
import { deedOf, isoOfLocal, localTime, pageOf, type AuditAction } from './deeds.js';

describe('the audit in words', () => {
  it.each([
    ['admin', 'Operator', null],
    ['key:key_1', 'API key', 'key_1'],
    ['portal:pt_1', 'Portal link', 'pt_1'],
    ['postel', 'Postel', null],
    ['dispatcher', 'Postel (dispatcher)', null],
  ])('says who %s is', (actor, name, id) => {
    expect(actorOf(actor)).toEqual({ name, id });
  });

  it('says a deed that it does not know as it is', () => {
    expect(deedOf('endpoint.disabled')).toBe('Endpoint disabled');
    expect(deedOf('endpoint.painted' as AuditAction)).toBe('endpoint.painted');
  });

  it.each([
    ['endpoint.disabled', 'ep_1', 'ep_1', '/endpoints/ep_1'],
    ['endpoint.deleted', 'ep_1', 'ep_1', null],
    ['delivery.retried', 'del_1', 'ep_1', '/deliveries/del_1'],
    ['delivery.redriven', null, 'ep_1', '/endpoints/ep_1'],
    ['event.replayed', 'evt_1', null, '/deliveries?eventId=evt_1'],
    ['event_type.put', 'order.created', null, '/event-types/order.created'],
    ['api_key.created', 'key_1', null, null],
  ] as const)('leads from %s of %s to %s', (action, subject, endpointId, page) => {
    expect(pageOf({ action, subject, endpointId })).toBe(page);
  });

  it('takes times as the reader has them, and gives them back', () => {
    const iso = '2026-11-28T12:30:00.000Z';
    expect(isoOfLocal(localTime(iso))).toBe(iso);
    expect(localTime(undefined)).toBe('');
    expect(localTime('yesterday')).toBe('');
    expect(isoOfLocal('')).toBeNull();
  });
});
