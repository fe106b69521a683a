import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { DemoFault, reasonOf } from '../demo-fault.js';

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface Api {
  readonly url: string;
  /** One request, whatever comes of it. @throws when there was no answer */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: string): Promise<ApiAnswer>;
  /**
   * Asks until there is an answer: an outage is waited for, a minute when not said otherwise.
   * @throws {DemoFault} when the answer is a refusal, or none came
   */
  read<T>(path: string, shape: z.ZodType<T>): Promise<T>;
}

export interface ApiOptions {
  readonly url: string;
  readonly token: string;
  readonly signal: AbortSignal;
  /** How long `read` waits for an answer. */
  readonly outageMs?: number;
}

const requestTimeoutMs = 10_000;

export function apiOf({ url, token, signal, outageMs = 60_000 }: ApiOptions): Api {
  const call: Api['call'] = async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
    });
    return { status: response.status, body: parsed(await response.text()) };
  };
  const read: Api['read'] = async (path, shape) => {
    const deadlineMs = Date.now() + outageMs;
    for (;;) {
      const answer = await call('GET', path).catch((error: unknown) => reasonOf(error));
      signal.throwIfAborted();
      if (typeof answer !== 'string' && answer.status === 200) return shape.parse(answer.body);
      const told = typeof answer === 'string' ? answer : problemOf(answer);
      const passing = typeof answer === 'string' || isPassing(answer.status);
      if (!passing || Date.now() > deadlineMs) throw new DemoFault(`GET ${path} at ${url}: ${told}`);
      await delay(250, undefined, { signal });
    }
  };
  return { url, call, read };
}

/** Worth another try with the same request. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** A refusal in one line. */
export function problemOf({ status, body }: ApiAnswer): string {
  const { code, detail, title, errors } = (body ?? {}) as {
    code?: string;
    detail?: string;
    title?: string;
    errors?: readonly { path: string; message: string }[];
  };
  const fields = (errors ?? []).map(({ path, message }) => `${path}: ${message}`).join(', ');
  return `${status} ${[code, detail ?? title, fields].filter(Boolean).join(' · ')}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
