/**
 * How a receiver behaves is in its path: `/e3` answers at once, `/d50/3` after 50 ms, `/h3` never. Read from the bytes
 * of the request line, for the receiver must cost less than what it measures.
 */
export type PathKind = 'answers' | 'delays' | 'hangs';

export const receiverPath = {
  answering: (endpoint: number) => `/e${endpoint}`,
  delaying: (delayMs: number, endpoint: number) => `/d${delayMs}/${endpoint}`,
  hanging: (endpoint: number) => `/h${endpoint}`,
} as const;

const pathStart = 'POST /'.length;
const [letterD, letterH] = [100, 104];

/** What is neither of the others answers. */
export function kindOfPath(bytes: Uint8Array, requestStart: number): PathKind {
  const letter = bytes[requestStart + pathStart];
  return letter === letterH ? 'hangs' : letter === letterD ? 'delays' : 'answers';
}

/** The digits after the letter: of `/e3` and `/h3` the endpoint, of `/d50/3` the milliseconds. */
export function numberInPath(bytes: Uint8Array, requestStart: number): number {
  let number = 0;
  for (let at = requestStart + pathStart + 1; ; at++) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return number;
    number = number * 10 + digit;
  }
}
