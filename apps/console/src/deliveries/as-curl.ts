export interface SentRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The same request, to be pasted into a shell. Values that are masked are left out: they would be wrong. */
export function asCurl({ url, headers, body }: SentRequest): string {
  const shown = Object.entries(headers).filter(([, value]) => value !== '***');
  const lines = [
    `curl -i -X POST ${quoted(url)}`,
    ...shown.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data-binary ${quoted(body)}`]),
  ];
  return lines.join(' \\\n  ');
}

/** In single quotes a shell changes nothing; a quote itself ends them, stands escaped, and begins them again. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
