const empty: Buffer = Buffer.alloc(0);
const statusLine = 'HTTP/1.1 1';
/** `HTTP/1.1 100 `, as far as it takes to tell. */
const statusLineLength = 13;
/** More of one is undici's to judge. */
const maxHeldBytes = 16 * 1024;

/**
 * Passes over informational answers (1xx) in front of an answer: a client has to be able to read them, and may ignore
 * them, though it asked for none (RFC 9110 section 15.2). undici 8.12.4 ends the connection at a 100. It is left what it
 * has to refuse: a 101, for nobody asked for another protocol, and what is no HTTP/1.1.
 *
 *   (begin) ──▶ held: the beginning of an informational answer ◀──▶ (passed over, perhaps several)
 *                 └──▶ over: what comes is the answer, or no HTTP
 */
export class InterimAnswers {
  private held = empty;
  private isOver = true;

  /** @param onInterim is told of each, and may end the exchange */
  constructor(private readonly onInterim: () => void) {}

  /** Whether what comes has to be shown to {@link pass} first. */
  get isExpected(): boolean {
    return !this.isOver;
  }

  /** A request goes out. */
  begin(): void {
    this.held = empty;
    this.isOver = false;
  }

  /** @returns what of it is for undici: all from where the answer begins; empty while that has not come */
  pass(chunk: Buffer): Buffer {
    let bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    for (;;) {
      const length = interimLength(bytes);
      if (length === 'none' || (length === 'unknown' && bytes.length > maxHeldBytes)) {
        this.isOver = true;
        this.held = empty;
        return bytes;
      }
      if (length === 'unknown') {
        this.held = bytes;
        return empty;
      }
      bytes = bytes.subarray(length);
      this.onInterim();
    }
  }
}

/** Of the informational answer that the bytes begin with. */
function interimLength(bytes: Buffer): number | 'none' | 'unknown' {
  const start = bytes.toString('latin1', 0, statusLineLength);
  if (!start.startsWith(statusLine.slice(0, start.length))) return 'none';
  if (start.length < statusLineLength) return 'unknown';
  if (!/ 1\d\d[ \r]$/.test(start) || start.includes(' 101')) return 'none';
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return 'unknown';
  // lines that end otherwise may hide where the head does
  return /[^\r]\n/.test(bytes.toString('latin1', 0, end)) ? 'none' : end + 4;
}
