import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { eventually } from './harness/eventually.js';
import { createTenant, type TenantClient } from './harness/tenant-client.js';

const patienceMs = 120_000;
const eventBytes = 200_000;

describe('clients that do not read what they asked for', () => {
  let fleet: Fleet;
  let slow: TenantClient;
  let other: TenantClient;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    fleet = await startFleet({ env: { POSTEL_API_RATE_LIMIT: '0' } });
    slow = await createTenant(fleet.api, 'slow');
    other = await createTenant(fleet.api, 'other');
  }, fleetPatienceMs);
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await fleet?.stop();
  }, fleetPatienceMs);

  /** Asks by a connection of its own, and takes nothing of the answer. */
  async function askAndLeave(path: string): Promise<void> {
    const { hostname, port } = new URL(fleet.api.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: postel\r\nauthorization: Bearer ${slow.key}\r\n\r\n`);
  }

  it(
    'hold up nobody else',
    async () => {
      const events = Array.from({ length: 30 }, (_, n) => ({
        type: 'order.created',
        data: { object: { n, text: 'x'.repeat(eventBytes) } },
      }));
      await slow.expect(202, 'POST', '/v1/events/batch', { events });
      await slow.expect(202, 'POST', '/v1/events/batch', { events });
      // the last is there, and on pages that are no longer than is good
      const list = async (query: string) =>
        (await slow.expect(200, 'GET', `/v1/events?limit=100${query}`)) as {
          data: unknown[];
          nextCursor: string | null;
        };
      await eventually(async () => {
        let [count, query] = [0, ''];
        for (;;) {
          const { data, nextCursor } = await list(query);
          count += data.length;
          if (nextCursor === null) return count === 60 ? count : null;
          query = `&cursor=${nextCursor}`;
        }
      }, 'all events to be listed');
      const asked = Array.from({ length: 150 }, (_, n) =>
        askAndLeave(n % 15 === 0 ? '/v1/export' : '/v1/events?limit=100'),
      );
      await Promise.all(asked);
      const startedAt = performance.now();
      for (const path of ['/v1/deliveries?limit=1', '/v1/dead-letters', '/v1/endpoints', '/v1/export']) {
        const answer = await fetch(`${fleet.api.url}${path}`, {
          headers: { authorization: `Bearer ${other.key}` },
          signal: AbortSignal.timeout(20_000),
        });
        expect([path, answer.status]).toEqual([path, 200]);
        await answer.arrayBuffer();
      }
      expect(performance.now() - startedAt).toBeLessThan(20_000);
    },
    patienceMs,
  );
});
