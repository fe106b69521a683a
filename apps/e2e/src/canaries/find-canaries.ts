/** A text that must turn up in certain places only. */
export interface Canary {
  readonly name: string;
  /** Any of these is a find, as it is or encoded; the text, and the bytes that it encodes where it does. */
  readonly forms: readonly (string | Uint8Array)[];
  /** Where it belongs, by the beginning of the place's name; nowhere when absent. */
  readonly allowed?: readonly string[];
}

/** Something that may hold canaries. */
export interface Haystack {
  /** Such as `log:ingest`, `table:attempts.response_body`, `stream:EVENTS`. */
  readonly place: string;
  readonly bytes: Uint8Array;
}

export interface Find {
  readonly canary: string;
  readonly place: string;
  readonly encoding: string;
}

interface Needle {
  readonly encoding: string;
  readonly bytes: Buffer;
}

/** Where each canary turned up, in plain or encoded, each place once. */
export function findCanaries(canaries: readonly Canary[], haystacks: readonly Haystack[]): Find[] {
  return canaries.flatMap(({ name, forms }) => {
    const needles = forms.flatMap((form) => needlesOf(Buffer.from(form as string)));
    const finds = new Map<string, Find>();
    for (const { place, bytes } of haystacks) {
      if (finds.has(place)) continue;
      const hay = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const found = needles.find((needle) => hay.includes(needle.bytes));
      if (found) finds.set(place, { canary: name, place, encoding: found.encoding });
    }
    return [...finds.values()];
  });
}

/** Finds where they do not belong. */
export function escapedCanaries(canaries: readonly Canary[], haystacks: readonly Haystack[]): Find[] {
  const allowed = new Map(canaries.map((canary) => [canary.name, canary.allowed ?? []]));
  return findCanaries(canaries, haystacks).filter(
    ({ canary, place }) => !allowed.get(canary)?.some((beginning) => place.startsWith(beginning)),
  );
}

function needlesOf(bytes: Buffer): Needle[] {
  const hex = bytes.toString('hex');
  const texts = base64Cores(bytes).flatMap((core) => [core, core.replaceAll('+', '-').replaceAll('/', '_')]);
  return [
    { encoding: 'plain', bytes },
    ...[hex, hex.toUpperCase()].map((text) => ({ encoding: 'hex', bytes: Buffer.from(text) })),
    ...texts.map((text) => ({ encoding: 'base64', bytes: Buffer.from(text) })),
  ];
}

/** What base64 of anything that has these bytes in it must contain: it depends on how many bytes stand before them. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // the first and last characters hold bits of the neighbours too
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    return encoded.slice(Math.ceil((before * 8) / 6), whole);
  });
}
