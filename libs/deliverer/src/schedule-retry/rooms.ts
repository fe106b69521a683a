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

/** Who has filled its room is asked again for so long, though it has nothing in hand at the moment of a look. */
const filledMs = 1_000;

/** How many waiting deliveries each endpoint can take back now: no more than it has places for, none while it is paused. */
export class Rooms {
  /** Endpoints whose room is another than {@link defaultRoom} even when they have nothing in hand. */
  private readonly special = new Set<string>();
  /** Endpoints that had as much put back as there was room for, and when. */
  private readonly filledAtMs = new Map<string, number>();

  constructor(private readonly parts: RoomsParts) {
    parts.tables.onEndpointChange(({ id: endpointId, entry }) => {
      const state = entry?.state;
      const isPlain =
        state?.status === 'active' && state.rateLimit === null && state.maxInFlight >= defaultRoom / 2;
      if (!state || isPlain) this.special.delete(endpointId);
      else this.special.add(endpointId);
    });
  }

  /**
   * So many of each endpoint were put back, of the rooms that it was told. One that answers fast has worked them off
   * before the next look, and takes far more than an endpoint that nothing is known of.
   */
  taken(counts: ReadonlyMap<string, number>, told: ReturnType<Rooms['now']>, nowMs: number): void {
    for (const [endpointId, count] of counts)
      if (count >= (told.rooms.get(endpointId) ?? told.defaultRoom)) this.filledAtMs.set(endpointId, nowMs);
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
    for (const [endpointId, atMs] of this.filledAtMs) {
      if (nowMs - atMs > filledMs) this.filledAtMs.delete(endpointId);
      else if (!rooms.has(endpointId)) note(endpointId);
    }
    for (const [endpointId, room] of circuits.rooms(nowMs)) {
      rooms.set(endpointId, Math.min(room, rooms.get(endpointId) ?? room));
    }
    return { defaultRoom, rooms };
  }
}
