/** A place in a trace. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Somebody before has decided that this trace is recorded. */
  readonly isSampled: boolean;
}

const form = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const sampledFlag = 0x01;

/**
 * Reads a `traceparent` (W3C Trace Context, section 3.2). Of a later version as much as version 00 has.
 * @returns `null` for anything else: whoever gets such a one begins anew
 */
export function readTraceparent(text: unknown): TraceContext | null {
  const match = typeof text === 'string' ? form.exec(text) : null;
  if (!match) return null;
  const [, version, traceId = '', spanId = '', flags = '', more] = match;
  if (version === '00' && more !== undefined) return null;
  return { traceId, spanId, isSampled: (parseInt(flags, 16) & sampledFlag) !== 0 };
}

export function traceparentOf({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** What may be handed on of what somebody sent: in the form of version 00, or nothing. */
export function passedOn(traceparent: unknown): string | undefined {
  const context = readTraceparent(traceparent);
  return context ? traceparentOf(context) : undefined;
}
