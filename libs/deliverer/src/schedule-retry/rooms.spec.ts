import { describe, expect, it } from '@jest/globals';
import type { EndpointState } from '@postel/contracts';
import { Admission } from '@postel/domain';
import type { ConfigTables, EndpointChange } from '@postel/jetstream';
import { LimitsOfEndpoints } from '../attempt-delivery/endpoint-limits.js';
import { Rooms } from './rooms.js';

const state = {
  id: 'ep_1',
  tenant: 'default',
  status: 'active',
  maxInFlight: 10,
  rateLimit: { max: 5, perSeconds: 1 },
  createdAtMs: 0,
} as unknown as EndpointState;

describe('Rooms', () => {
  it('does not begin to count a rate before the endpoint is ours: its owner may be using it up', () => {
    const listeners: ((change: EndpointChange) => void)[] = [];
    const tables = {
      endpoint: () => ({ state, revision: 1 }),
      onEndpointChange: (listener: (change: EndpointChange) => void) => listeners.push(listener),
    } as unknown as ConfigTables;
    const owned = new Set<number>();
    const partitionOf = () => 0;
    const limits = new LimitsOfEndpoints(partitionOf);
    const admission = new Admission({ total: 10, window: 100 });
    const circuits = { rooms: () => [] };
    const rooms = new Rooms({ tables, admission, limits, circuits, partitionOf, owned });
    const entry = { state, revision: 1 };
    for (const tell of listeners) tell({ id: 'ep_1', tenant: 'default', entry, previous: null });

    expect(rooms.now(10_000).rooms.size).toBe(0);
    owned.add(0);
    limits.owns(0, 20_000);
    expect(rooms.now(20_000).rooms.get('ep_1')).toBe(0);
    // tokens are there half a second ahead
    expect(rooms.now(20_600).rooms.get('ep_1')).toBe(5);
  });

  it('tells the room of a fast endpoint that was filled, though nothing of it is in hand, for a second', () => {
    const plain = { ...state, rateLimit: null };
    const tables = { endpoint: () => ({ state: plain, revision: 1 }), onEndpointChange: () => undefined };
    const partitionOf = () => 0;
    const limits = new LimitsOfEndpoints(partitionOf);
    const admission = new Admission({ total: 1_024, window: 1_000 });
    const rooms = new Rooms({
      tables: tables as unknown as ConfigTables,
      admission,
      limits,
      circuits: { rooms: () => [] },
      partitionOf,
      owned: new Set([0]),
    });
    const told = rooms.now(0);
    expect(told).toEqual({ defaultRoom: 20, rooms: new Map() });
    rooms.taken(new Map([['ep_1', 19]]), told, 0);
    expect(rooms.now(50).rooms.size).toBe(0);
    rooms.taken(new Map([['ep_1', 20]]), told, 50);
    const room = rooms.now(100).rooms.get('ep_1');
    expect(room).toBeGreaterThan(200);
    expect(rooms.now(1_050).rooms.get('ep_1')).toBe(room);
    expect(rooms.now(1_101).rooms.size).toBe(0);
  });
});
