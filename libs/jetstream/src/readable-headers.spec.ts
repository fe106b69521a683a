import { headers as newHeaders } from '@nats-io/transport-node';
import { expect, it } from '@jest/globals';
import { readableHeaders } from './readable-headers.js';

function read(...lines: readonly (readonly [name: string, value: string])[]): object {
  const headers = newHeaders();
  for (const [name, value] of lines) headers.append(name, value);
  return Object.fromEntries(readableHeaders({ headers }).values);
}

it.each(['Postel-Tenant', 'Postel-Ordering-Key', 'Postel-Channels', 'Postel-Format', 'traceparent'])(
  'knows %s in whatever case it is written',
  (name) => {
    for (const written of [name, name.toLowerCase(), name.toUpperCase()])
      expect(read([written, 'x'])).toEqual({ [name]: 'x' });
  },
);

it('takes the first of several, and before others the one that is written as in the contract', () => {
  expect(read(['Postel-Tenant', 'a'], ['Postel-Tenant', 'b'])).toEqual({ 'Postel-Tenant': 'a' });
  expect(read(['postel-tenant', 'a'], ['POSTEL-TENANT', 'b'])).toEqual({ 'Postel-Tenant': 'a' });
  expect(read(['postel-tenant', 'a'], ['Postel-Tenant', 'b'])).toEqual({ 'Postel-Tenant': 'b' });
  expect(read(['Postel-Tenant', 'b'], ['postel-tenant', 'a'])).toEqual({ 'Postel-Tenant': 'b' });
});

it('leaves the names of others as they are', () => {
  expect(read(['nats-msg-id', 'x'], ['CE-ID', 'y'], ['My-Own', 'z'])).toEqual({
    'nats-msg-id': 'x',
    'CE-ID': 'y',
    'My-Own': 'z',
  });
});
