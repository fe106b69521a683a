import type { MsgHdrs } from '@nats-io/transport-node';

/** What headers of a message are read from; the client decodes them when they are asked for. */
export interface WithHeaders {
  readonly headers?: MsgHdrs | undefined;
}

/**
 * The broker stores whatever a producer writes where headers stand; the client throws at a name or a value that is none.
 * Such headers are told of as none at all, and as bad: a projection must get past them.
 */
export function readableHeaders(message: WithHeaders): { readonly all?: MsgHdrs; readonly areBad: boolean } {
  try {
    const { headers } = message;
    return headers ? { all: headers, areBad: false } : { areBad: false };
  } catch {
    return { areBad: true };
  }
}

export function headerOf(message: WithHeaders, name: string): string | undefined {
  return readableHeaders(message).all?.get(name) || undefined;
}

/** The first value of each. */
export function headersOf(message: WithHeaders): Record<string, string> {
  const { all } = readableHeaders(message);
  const result: Record<string, string> = {};
  for (const name of all?.keys() ?? []) result[name] = all?.get(name) ?? '';
  return result;
}
