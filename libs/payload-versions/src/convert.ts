import { memberSpans, type MemberSpan } from '@postel/domain';
import type { ApiVersion } from '@postel/contracts';

/**
 * An event in another of our payload versions (contract: Event). Values are moved as source text, never serialised anew.
 * @param envelope an event as stored: payload version 2024-01-01
 * @returns the body for `2024-01-01` (the same bytes) and `2023-01-01`; for all others the envelope unchanged: `1.0`
 * holds the attempt, and a platform's own version is made in a sandbox, so both are made when they are sent
 * ({@link bodyForAttempt}, {@link DeclaredVersions})
 */
export function convert(envelope: Uint8Array, version: ApiVersion): Uint8Array {
  return version === '2023-01-01' ? Buffer.from(to20230101(textOf(envelope))) : envelope;
}

/** `data.object` also carries `amount_cents`, a copy of `amount`, where there is one. */
function to20230101(envelope: string): string {
  const members = memberSpans(envelope);
  const edits = [
    withAmountCents(envelope, last(members, 'data')),
    { ...last(members, 'apiVersion'), text: '"2023-01-01"' },
  ];
  return edited(envelope, edits);
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function withAmountCents(envelope: string, dataSpan: MemberSpan): Edit {
  const data = envelope.slice(dataSpan.start, dataSpan.end);
  const objectSpan = last(memberSpans(data), 'object');
  const object = data.slice(objectSpan.start, objectSpan.end);
  const text = edited(data, [{ ...objectSpan, text: edited(object, amountEdits(object)) }]);
  return { start: dataSpan.start, end: dataSpan.end, text };
}

function amountEdits(object: string): Edit[] {
  const members = memberSpans(object);
  const amount = members.findLast(({ key }) => key === 'amount');
  if (!amount) return [];
  const text = object.slice(amount.start, amount.end);
  const present = members.filter(({ key }) => key === 'amount_cents');
  // one that is there already gives way: a second of the same key would leave it to the receiver's parser which counts
  if (present.length > 0) return present.map(({ start, end }) => ({ start, end, text }));
  const brace = object.length - 1;
  return [{ start: brace, end: brace, text: `,"amount_cents":${text}` }];
}

/** Applies edits that do not overlap. */
function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** Of a repeated key the last counts, as in `JSON.parse`. Throws for what is not a stored envelope: that is a bug. */
function last(members: readonly MemberSpan[], key: string): MemberSpan {
  const member = members.findLast((candidate) => candidate.key === key);
  if (!member) throw new Error(`not a stored event: it has no ${key}`);
  return member;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
