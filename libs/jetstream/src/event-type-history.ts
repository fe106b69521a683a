import { configSubject, upcastEventType, type ConfigFact, type EventTypeState } from '@postel/contracts';
import type { ConfigTables } from './config-tables.js';
import type { Broker } from './connect-broker.js';
import { readMessage } from './read-message.js';

const maxKept = 1_000;

/**
 * Event types as they were at a position of CONFIG: the present one from the table, earlier ones from the stream, which
 * keeps all facts of a subject.
 */
export class EventTypeHistory {
  private readonly kept = new Map<number, Promise<EventTypeState | null>>();

  constructor(
    private readonly broker: Broker,
    private readonly tables: ConfigTables,
  ) {}

  /**
   * @returns `null` when that position is not there any more, or is another type's
   * @throws when the broker cannot be asked
   */
  at(tenant: string, type: string, revision: number): Promise<EventTypeState | null> {
    const present = this.tables.table('event-type').get(tenant, type);
    if (present?.revision === revision) return Promise.resolve(present.state);
    let earlier = this.kept.get(revision);
    if (!earlier) {
      if (this.kept.size >= maxKept) this.kept.clear();
      earlier = this.read(tenant, type, revision);
      this.kept.set(revision, earlier);
      earlier.catch(() => this.kept.delete(revision));
    }
    return earlier;
  }

  private async read(tenant: string, type: string, revision: number): Promise<EventTypeState | null> {
    const message = await readMessage(this.broker, 'CONFIG', revision);
    if (message?.subject !== configSubject('event-type', tenant, type)) return null;
    const fact = JSON.parse(new TextDecoder().decode(message.payload)) as ConfigFact<string, EventTypeState>;
    return fact.state && upcastEventType(fact.state);
  }
}
