import type { Admission } from '@postel/domain';
import type { ConfigTables } from '@postel/jetstream';
import type { LimitsOfEndpoints } from '../attempt-delivery/endpoint-limits.js';

export interface RoomsParts {
  readonly tables: ConfigTables;
  readonly admission: Pick<Admission, 'activeEndpointIds' | 'room'>;
  readonly limits: LimitsOfEndpoints;
  readonly partitionOf: (endpointId: string) => number;
  readonly circuits: { rooms(nowMs: number): Iterable<[endpointId: string, room: 0 | 1]> };
  /** Partitions that this process owns. */
  readonly owned: ReadonlySet<number>;
}

/** Of an endpoint that nothing is known of: it has nothing in hand. */
const defaultRoom = 20;

/** How many waiting deliveries each endpoint can take back now: no more than it has places for, none while it is paused. */
export class Rooms {
  /** Endpoints whose room is another than {@link defaultRoom} even when they have nothing in hand. */
  private readonly special = new Set<string>();

  constructor(private readonly parts: RoomsParts) {
    parts.tables.onEndpointChange(({ id: endpointId, entry }) => {
      const state = entry?.state;
      const isPlain =
        state?.status === 'active' && state.rateLimit === null && state.maxInFlight >= defaultRoom / 2;
      if (!state || isPlain) this.special.delete(endpointId);
      else this.special.add(endpointId);
    });
  }

  now(nowMs: number): { readonly defaultRoom: number; readonly rooms: ReadonlyMap<string, number> } {
    const { admission, circuits, limits, owned, partitionOf, tables } = this.parts;
    const rooms = new Map<string, number>();
    const note = (endpointId: string): void => {
      const state = tables.endpoint(endpointId)?.state;
      if (!state) return;
      const partition = partitionOf(endpointId);
      // to ask is to begin to count, and whoever counts believes that it knows all that was started
      if (!owned.has(partition)) return;
      const endpoint = { endpointId, tenant: state.tenant, partition };
      const room = state.status === 'paused' ? 0 : admission.room(endpoint, limits.of(state), nowMs);
      rooms.set(endpointId, room);
    };
    for (const endpointId of this.special) note(endpointId);
    for (const endpointId of admission.activeEndpointIds()) note(endpointId);
    for (const [endpointId, room] of circuits.rooms(nowMs)) {
      rooms.set(endpointId, Math.min(room, rooms.get(endpointId) ?? room));
    }
    return { defaultRoom, rooms };
  }
}
