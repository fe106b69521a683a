import type { MsgHdrs } from '@nats-io/transport-node';
import { natsHeadersOfAnyCase } from '@postel/contracts';

/** What headers of a message are read from; the client decodes them when they are asked for. */
export interface WithHeaders {
  readonly headers?: MsgHdrs | undefined;
}

export interface ReadableHeaders {
  /** The first value of each; those of {@link natsHeadersOfAnyCase} by their name of the contract. */
  readonly values: ReadonlyMap<string, string>;
  readonly areBad: boolean;
}

const ofAnyCase: ReadonlyMap<string, string> = new Map(
  natsHeadersOfAnyCase.map((name) => [name.toLowerCase(), name]),
);

const none: ReadableHeaders = { values: new Map(), areBad: false };

/**
 * The broker stores whatever a producer writes where headers stand; the client throws at a name or a value that is none.
 * Such headers are told of as none at all, and as bad: a projection must get past them. To be read once a message: the
 * client looks through all names for each that is asked for.
 */
export function readableHeaders(message: WithHeaders): ReadableHeaders {
  try {
    const { headers } = message;
    if (!headers) return none;
    const values = new Map<string, string>();
    for (const [written, [first = '']] of headers) {
      const name = ofAnyCase.get(written.toLowerCase()) ?? written;
      // beside one that is written as in the contract another does not count
      if (name === written || !values.has(name)) values.set(name, first);
    }
    return { values, areBad: false };
  } catch {
    return { values: none.values, areBad: true };
  }
}
