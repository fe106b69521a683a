const MAX_BODY_BYTES = 64 * 1024;
const KEPT_OF_FAILURE_BYTES = 16 * 1024;
const KEPT_OF_SUCCESS_BYTES = 1024;
const MAX_HEADERS = 64;
const MAX_HEADER_VALUE_CHARS = 1024;

/** Of a body what is worth keeping: 1 KiB of a success, 16 KiB of anything else. */
export class KeptBody {
  private readonly chunks: Buffer[] = [];
  private readonly keptLimit: number;
  private received = 0;

  constructor(status: number) {
    this.keptLimit = status >= 200 && status < 300 ? KEPT_OF_SUCCESS_BYTES : KEPT_OF_FAILURE_BYTES;
  }

  get readBytes(): number {
    return this.received;
  }

  get isOverLimit(): boolean {
    return this.received > MAX_BODY_BYTES;
  }

  get isTruncated(): boolean {
    return this.received > this.keptLimit;
  }

  add(chunk: Buffer): void {
    if (this.received < this.keptLimit) this.chunks.push(chunk);
    this.received += chunk.length;
  }

  /** As UTF-8; what is not, and NUL, which PostgreSQL cannot store, shows as U+FFFD. */
  text(): string {
    const [first] = this.chunks;
    if (first === undefined) return '';
    const bytes = this.chunks.length === 1 ? first : Buffer.concat(this.chunks);
    const end = this.isTruncated ? characterStart(bytes, this.keptLimit) : bytes.length;
    const text = bytes.toString('utf8', 0, end);
    return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
  }
}

/** The last place at or before `end` where a UTF-8 character begins, so that a cut does not halve one. */
function characterStart(bytes: Buffer, end: number): number {
  let start = end;
  while (start > end - 3 && isContinuation(bytes[start])) start -= 1;
  return isContinuation(bytes[start]) ? end : start;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/**
 * At most 64 headers, values of at most 1024 characters, repeated ones joined; and `retry-after` however many stand
 * before it, since the next attempt waits as it says.
 */
export function recordHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const recorded: Record<string, string> = {};
  let count = 0;
  for (const name in headers) {
    if (count >= MAX_HEADERS && name !== 'retry-after') continue;
    const value = headers[name];
    if (value === undefined) continue;
    const text = typeof value === 'string' ? value : value.join(', ');
    recorded[name] = text.length > MAX_HEADER_VALUE_CHARS ? text.slice(0, MAX_HEADER_VALUE_CHARS) : text;
    count += 1;
  }
  return recorded;
}
