import type { Accepted, Refused, OutgoingEvent } from './outgoing-event.js';
import { sendPaced } from './send-paced.js';
import { sendUntilAccepted, type Try } from './send-until-accepted.js';

export type Doors = Readonly<Record<OutgoingEvent['door'], (event: OutgoingEvent) => Promise<Try>>>;

const maxInFlight = 64;

/** What became of the producers' events so far. */
export class Sending {
  readonly accepted: Accepted[] = [];
  readonly refused: Refused[] = [];
  private again = 0;

  constructor(
    readonly wanted: number,
    private readonly doors: Doors,
    private readonly pace: { readonly rate: number; readonly signal: AbortSignal },
  ) {}

  /** Sent again because there was no acknowledgement. */
  get repeated(): number {
    return this.again;
  }

  async send(events: readonly OutgoingEvent[]): Promise<void> {
    await sendPaced(events, { ...this.pace, maxInFlight }, async (event) => {
      const counted = async (sent: OutgoingEvent) => {
        const tried = await this.doors[sent.door](sent);
        if (tried.kind === 'again') this.again += 1;
        return tried;
      };
      const result = await sendUntilAccepted(event, counted, { signal: this.pace.signal });
      if ('reason' in result) this.refused.push(result);
      else this.accepted.push(result);
    });
  }
}
