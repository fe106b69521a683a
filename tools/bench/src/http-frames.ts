/**
 * Cuts a stream of bytes into HTTP/1.1 messages that have a content-length, requests or answers: as little as a
 * benchmark needs, so that its own ends cost less than what it measures. No chunked bodies.
 */
export class HttpFrames {
  private rest: Buffer | null = null;

  /** @param onFrame gets the bytes and where in them the message and its body begin and end */
  constructor(
    private readonly onFrame: (bytes: Buffer, start: number, bodyStart: number, end: number) => void,
  ) {}

  push(chunk: Buffer): void {
    const bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    let start = 0;
    while (start < bytes.length) {
      const headEnd = bytes.indexOf('\r\n\r\n', start, 'latin1');
      if (headEnd === -1) break;
      const bodyStart = headEnd + 4;
      const end = bodyStart + contentLength(bytes, start, headEnd);
      if (end > bytes.length) break;
      this.onFrame(bytes, start, bodyStart, end);
      start = end;
    }
    this.rest = start === bytes.length ? null : bytes.subarray(start);
  }
}

function contentLength(bytes: Buffer, start: number, headEnd: number): number {
  let at = bytes.indexOf('\r\ncontent-length: ', start, 'latin1');
  if (at === -1 || at > headEnd) at = bytes.indexOf('\r\nContent-Length: ', start, 'latin1');
  if (at === -1 || at > headEnd) return 0;
  let length = 0;
  for (let i = at + 18; i < headEnd; i++) {
    const digit = (bytes[i] as number) - 48;
    if (digit < 0 || digit > 9) break;
    length = length * 10 + digit;
  }
  return length;
}
