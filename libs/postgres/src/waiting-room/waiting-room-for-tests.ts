import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import {
  applyFacts,
  openTestDatabase,
  positioned,
  testPartitions,
  type TestDatabase,
} from '../test-database.js';
import * as f from '../test-facts.js';
import type { DueSelection } from './select-due.js';
import type { WaitingRoom } from './waiting-room.js';
import type { WaitingRow } from './waiting-row.js';

export const partitions = Array.from({ length: testPartitions }, (_, partition) => partition);

/** All that is due a thousand seconds later. */
export const due: DueSelection = {
  nowMs: f.startMs + 1e6,
  limit: 100,
  partitions,
  defaultRoom: 1_000,
  rooms: new Map<string, number>(),
};

export const reopening = { attemptsBeforeReopen: 1 };

/** A server for a test file, and a database for each of its tests. */
export class WaitingRoomTest {
  private server: TestPostgres | undefined;
  private test: TestDatabase | undefined;

  /** Registers its hooks. */
  constructor() {
    beforeAll(async () => void (this.server = await startTestPostgres()));
    beforeEach(async () => void (this.test = await openTestDatabase(this.server as TestPostgres)));
    afterEach(() => this.test?.db.close());
    afterAll(async () => {
      await this.server?.stop();
      await expectNoLeaks();
    });
  }

  get db(): TestDatabase['db'] {
    return (this.test as TestDatabase).db;
  }

  get url(): string {
    return (this.test as TestDatabase).url;
  }

  get room(): WaitingRoom {
    return this.db.waiting;
  }

  /** `counts` rows for each endpoint, due one ms after the other, endpoint by endpoint. */
  async fill(counts: Readonly<Record<string, number>>): Promise<void> {
    let n = 0;
    const facts = Object.entries(counts).flatMap(([endpointId, count]) =>
      Array.from({ length: count }, () =>
        f.deferred(++n, { endpointId, atMs: f.startMs, dueAtMs: f.startMs + n }),
      ),
    );
    await applyFacts(this.db, positioned(facts));
  }

  /** What would be put back; it stays. */
  async taken(selection: DueSelection): Promise<readonly WaitingRow[]> {
    let rows: readonly WaitingRow[] = [];
    await this.room.putBack(selection, (found) => {
      rows = found;
      return Promise.resolve(new Set());
    });
    return rows;
  }
}
