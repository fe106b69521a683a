import type { BatchType, BatchValue } from './batch.js';

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** PostgreSQL counts its times from 2000. */
const epochMs = Date.UTC(2000, 0, 1);
const jsonbVersion = 1;
const noValue = -1;

/** Rows as `COPY … FROM STDIN (FORMAT binary)` takes them. (PostgreSQL manual, COPY, Binary Format) */
export class BinaryRows {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #length: number;

  constructor() {
    this.#bytes.set(signature);
    this.#length = signature.length;
  }

  /** So many fields follow, in the order of the columns. */
  beginRow(fields: number): void {
    this.#reserve(2);
    this.#length = this.#bytes.writeInt16BE(fields, this.#length);
  }

  add(type: BatchType, value: BatchValue): void {
    if (value === null || value === undefined) {
      this.#reserve(4);
      this.#length = this.#bytes.writeInt32BE(noValue, this.#length);
      return;
    }
    switch (type) {
      case 'text':
      case 'json':
        return this.#addText(String(value), false);
      case 'jsonb':
        return this.#addText(String(value), true);
      case 'bytea':
        return this.#addBytes(value as Uint8Array);
      case 'bigint':
        return this.#addInt64(Number(value));
      case 'time':
        return this.#addTime(Number(value) - epochMs);
      case 'smallint':
      case 'integer':
      case 'double precision':
      case 'boolean':
        return this.#addSmall(type, Number(value));
    }
  }

  /** What was added, ready to be sent. */
  end(): Uint8Array {
    this.beginRow(noValue);
    return this.#bytes.subarray(0, this.#length);
  }

  #addText(text: string, isJsonb: boolean): void {
    // in UTF-8 a UTF-16 unit has at most three bytes
    this.#reserve(5 + 3 * text.length);
    let at = this.#length + 4;
    if (isJsonb) at = this.#bytes.writeUInt8(jsonbVersion, at);
    const end = at + this.#bytes.write(text, at);
    this.#bytes.writeInt32BE(end - this.#length - 4, this.#length);
    this.#length = end;
  }

  #addBytes(bytes: Uint8Array): void {
    this.#begin(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #addInt64(value: number): void {
    this.#begin(8);
    const high = Math.floor(value / 2 ** 32);
    this.#length = this.#bytes.writeInt32BE(high, this.#length);
    this.#length = this.#bytes.writeUInt32BE(value - high * 2 ** 32, this.#length);
  }

  /** As microseconds some centuries from now it is no longer exact as a number. */
  #addTime(sinceEpochMs: number): void {
    if (Number.isSafeInteger(sinceEpochMs * 1_000)) return this.#addInt64(sinceEpochMs * 1_000);
    this.#begin(8);
    this.#length = this.#bytes.writeBigInt64BE(BigInt(sinceEpochMs) * 1_000n, this.#length);
  }

  #addSmall(type: 'smallint' | 'integer' | 'double precision' | 'boolean', value: number): void {
    switch (type) {
      case 'smallint':
        this.#begin(2);
        this.#length = this.#bytes.writeInt16BE(value, this.#length);
        return;
      case 'integer':
        this.#begin(4);
        this.#length = this.#bytes.writeInt32BE(value, this.#length);
        return;
      case 'double precision':
        this.#begin(8);
        this.#length = this.#bytes.writeDoubleBE(value, this.#length);
        return;
      case 'boolean':
        this.#begin(1);
        this.#length = this.#bytes.writeUInt8(value, this.#length);
    }
  }

  /** The length of a field, and room for it. */
  #begin(length: number): void {
    this.#reserve(4 + length);
    this.#length = this.#bytes.writeInt32BE(length, this.#length);
  }

  #reserve(length: number): void {
    const needed = this.#length + length;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
