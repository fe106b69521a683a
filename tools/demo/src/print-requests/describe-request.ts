import type { IncomingHttpHeaders } from 'node:http';
import type { SignatureCheck } from './check-signatures.js';
import type { Colours } from './colours.js';
import { printable, shortBody } from './printable.js';

export interface PrintedRequest {
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Null when there was more than is read, or when the sender went away. */
  readonly body: Buffer | null;
  /** Null without a secret. */
  readonly checks: readonly SignatureCheck[] | null;
  /** What the sender gets. */
  readonly status: number;
}

/** A request for a person: a headline, its signatures, its body. */
export function describeRequest(request: PrintedRequest, colours: Colours): string {
  const { at, method, path, headers, body, status } = request;
  const first = (...names: string[]) =>
    names.map((name) => headers[name]).find((value) => value !== undefined);
  const attempt = first('x-webhook-attempt');
  const headline = [
    colours.dim(at.toISOString().slice(11, 23)),
    colours.strong(`${method} ${printable(path)}`),
    colours.strong(printable(typeOf(body) ?? '(no type)')),
    printable(String(first('webhook-id', 'x-webhook-id') ?? '(no id)')),
    ...(attempt === undefined ? [] : [`attempt ${printable(String(attempt))}`]),
    body ? `${body.byteLength.toLocaleString('en')} bytes` : 'body not read',
    status < 300 ? colours.good(`→ ${status}`) : colours.bad(`→ ${status}`),
  ];
  return [
    headline.join('  '),
    `  signatures: ${signaturesOf(request, colours)}`,
    ...(body ? shortBody(body).map((line) => colours.dim(`  ${line}`)) : []),
    '',
  ].join('\n');
}

function signaturesOf({ body, checks }: PrintedRequest, colours: Colours): string {
  if (!body) return colours.bad('not checked: the body was over 1 MiB, or cut off');
  if (!checks) return 'not checked: give --secret';
  if (checks.length === 0) return colours.bad('✗ none: this request is not signed');
  return checks
    .map(({ family, ok, message }) =>
      ok ? colours.good(`✓ ${family}`) : colours.bad(`✗ ${family} (${printable(message)})`),
    )
    .join('  ');
}

/** Version 1.0 calls it `event`. */
function typeOf(body: Buffer | null): string | null {
  if (!body) return null;
  try {
    const value = JSON.parse(body.toString('utf8')) as { type?: unknown; event?: unknown } | null;
    const type = value?.type ?? value?.event;
    return typeof type === 'string' ? type.slice(0, 128) : null;
  } catch {
    return null;
  }
}
