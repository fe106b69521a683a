import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site of somebody else's, that shows in a frame what it is told. */
export interface Embedder {
  readonly origin: string;
  /** A page that has the address in a frame. */
  pageWith(address: string): string;
  close(): Promise<void>;
}

export async function startEmbedder(): Promise<Embedder> {
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', 'http://here').searchParams.get('shows') ?? '';
    const quoted = address.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>Embedding</title><iframe src="${quoted}" width="900" height="600">`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    pageWith: (address) => `${origin}/?${new URLSearchParams({ shows: address }).toString()}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
