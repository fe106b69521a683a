import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.js';

export function writeAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}
