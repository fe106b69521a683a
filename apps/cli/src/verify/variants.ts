import { createHmac } from 'node:crypto';

/** One way to come to a signature; `wrong` says in which it is not the right one. */
export interface Variant<Value> {
  readonly value: Value;
  readonly wrong: string | null;
}

/** The families of headers that are HMACs (contract: What a receiver gets). */
export type HmacFamily = 'standard' | 'timestamp-hex' | 'body-hex';

export interface Signed {
  readonly family: HmacFamily;
  readonly secret: string;
  readonly id: string;
  readonly timestamp: string;
  readonly body: Buffer;
  /** Without what stands before it, such as `v1,`. */
  readonly received: readonly string[];
}

/**
 * Which usual fault explains the signatures: all combinations of how the secret may be read, the body changed and the
 * content put together. What differs least from the right way is it.
 * @returns what is wrong, `[]` when nothing is, and `null` when no combination fits
 */
export function explainingFaults(signed: Signed): readonly string[] | null {
  let best: readonly string[] | null = null;
  for (const key of keysOf(signed)) {
    for (const body of bodiesOf(signed.body)) {
      for (const content of contentsOf(signed, body.value)) {
        const faults = [key.wrong, body.wrong, content.wrong].filter((wrong) => wrong !== null);
        if (best !== null && faults.length >= best.length) continue;
        const digest = createHmac('sha256', key.value).update(content.value).digest();
        if (isAmong(signed.received, digest)) best = faults;
      }
    }
  }
  return best;
}

/** In either encoding: which one is right is seen in the header. */
function isAmong(received: readonly string[], digest: Buffer): boolean {
  const hex = digest.toString('hex');
  const base64 = digest.toString('base64').replace(/=+$/, '');
  return received.some((one) => one.toLowerCase() === hex || one.replace(/=+$/, '') === base64);
}

function keysOf({ family, secret }: Signed): readonly Variant<Buffer>[] {
  const cleaned = secret.trim().replace(/^["']|["']$/g, '');
  const bare = cleaned.replace(/^whsec_/, '');
  const decoded = Buffer.from(bare, 'base64');
  const whole = Buffer.from(`whsec_${bare}`);
  const byText = 'the key was the text of the secret; it must be its decoded bytes (base64 behind whsec_)';
  const byBytes = 'the key was the decoded bytes; it must be the whole text of the secret, whsec_ included';
  const without = 'the key was the secret without whsec_';
  return family === 'standard'
    ? [
        { value: decoded, wrong: null },
        { value: whole, wrong: byText },
        { value: Buffer.from(bare), wrong: `${byText}, and ${without}` },
      ]
    : [
        { value: whole, wrong: null },
        { value: decoded, wrong: byBytes },
        { value: Buffer.from(bare), wrong: `${without}; here it belongs to the key` },
      ];
}

function contentsOf({ family, id, timestamp }: Signed, body: Buffer): readonly Variant<Buffer>[] {
  const standard = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const stamped = Buffer.concat([Buffer.from(`${timestamp}.`), body]);
  const as = (shown: string) => `what was signed is ${shown}: that of another scheme`;
  const all: readonly Variant<Buffer>[] = [
    { value: standard, wrong: family === 'standard' ? null : as('id.timestamp.body') },
    { value: stamped, wrong: family === 'timestamp-hex' ? null : as('timestamp.body') },
    { value: body, wrong: family === 'body-hex' ? null : as('the body alone') },
  ];
  return all;
}

function bodiesOf(body: Buffer): readonly Variant<Buffer>[] {
  const text = body.toString('utf8');
  const variants: Variant<Buffer>[] = [{ value: body, wrong: null }];
  const add = (value: string, wrong: string) => {
    if (value !== text) variants.push({ value: Buffer.from(value), wrong });
  };
  add(text.replace(/[\r\n]+$/, ''), 'the body has a line end after it that was not sent');
  add(`${text}\n`, 'the line end at the end of the body is missing');
  add(text.replace(/\r\n/g, '\n'), 'line ends of the body were changed to CRLF');
  add(text.replace(/^\ufeff/, ''), 'the body begins with a byte order mark that was not sent');
  for (const parsed of parsedJson(text)) {
    const again = 'the body was parsed and serialised again: signatures are over the bytes as they came';
    add(JSON.stringify(parsed), `${again} (it fits after JSON.stringify)`);
    add(JSON.stringify(parsed, null, 2), `${again} (it fits when indented by 2)`);
    add(pythonJson(parsed), `${again} (it fits as Python’s json.dumps writes it)`);
  }
  return variants;
}

function parsedJson(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text) as unknown];
  } catch {
    return [];
  }
}

/** With a blank behind `:` and `,`. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, field]) => `${JSON.stringify(key)}: ${pythonJson(field)}`)
    .join(', ')}}`;
}
