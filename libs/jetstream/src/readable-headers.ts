import type { MsgHdrs } from '@nats-io/transport-node';

/** What headers of a message are read from; the client decodes them when they are asked for. */
export interface WithHeaders {
  readonly headers?: MsgHdrs | undefined;
}

export interface ReadableHeaders {
  /** The first value of each. */
  readonly values: ReadonlyMap<string, string>;
  readonly areBad: boolean;
}

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
    for (const [name, [first = '']] of headers) values.set(name, first);
    return { values, areBad: false };
  } catch {
    return { values: none.values, areBad: true };
  }
}
