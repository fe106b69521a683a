import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkApi } from './check-api.js';

let server: Server | undefined;

async function serve(contentType: string, body: string): Promise<string> {
  const listening = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': contentType }).end(body);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

describe('the doctor', () => {
  it.each([
    ['the page of a proxy', 'text/html', '<!doctype html>'],
    ['another API', 'application/json', '{"status":"ok"}'],
  ])('says of %s that it is not Postel, and asks it nothing more', async (_, contentType, body) => {
    const url = await serve(contentType, body);
    const findings = await checkApi({ url, token: 'pk_x', tokenFrom: '--token' }, () => Date.now());
    expect(findings).toEqual([
      {
        check: 'API',
        verdict: 'fail',
        detail: `what answers at ${url} is not Postel (200)`,
        advice: 'is the address right?',
      },
    ]);
  });
});
