import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { componentLogger, createLogger, type Logger, type LoggerOptions } from './logger.js';

const canary = 'k4n4ry-S3cr3t/+=?#';
const encoded = encodeURIComponent(canary);
const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function logged(write: (logger: Logger) => void, level = 'trace', options: LoggerOptions = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'postel-log-'));
  directories.push(directory);
  const file = join(directory, 'log');
  write(createLogger('ingest', level, { ...options, file }));
  return readFileSync(file, 'utf8');
}

function linesOf(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** An error as the drivers make them: with more on it than its words. */
function driverError(message: string, more: object = {}, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), more);
}

describe('a secret is in no line', () => {
  const url = `postgres://postel:${canary}@db.internal:5432/postel`;
  const cases: Record<string, (logger: Logger) => void> = {
    'by the name of its field': (logger) =>
      logger.info(
        { password: canary, token: canary, secret: canary, adminToken: canary, apiKey: canary },
        'x',
      ),
    'in headers': (logger) =>
      logger.info({ headers: { 'x-signature': canary }, request: { headers: { cookie: canary } } }, 'x'),
    'in a raw list of headers': (logger) => logger.info({ rawHeaders: ['authorization', canary] }, 'x'),
    'deep below': (logger) => logger.info({ a: { b: { c: [{ d: { clientSecret: canary } }] } } }, 'x'),
    'below what is shown': (logger) =>
      logger.info({ a: { b: { c: { d: { e: { f: { g: { h: canary } } } } } } } }, 'x'),
    'in an array': (logger) => logger.info({ list: [[{ authorization: canary }]] }, 'x'),
    'in a map': (logger) => logger.info({ map: new Map([['password', canary]]) }, 'x'),
    'in bytes': (logger) =>
      logger.info({ body: Buffer.from(canary), key: new Uint8Array(Buffer.from(canary)) }, 'x'),
    'in the user part of an address': (logger) =>
      logger.info({ url: `https://user:${encoded}@example.com/` }, 'x'),
    'in an address that nobody encoded': (logger) => logger.info({ connection: url }, 'x'),
    'in the query of an address': (logger) =>
      logger.info({ url: `https://example.com/hook?key=${encoded}` }, 'x'),
    'in an address of the class URL': (logger) =>
      logger.info({ url: new URL(`https://u:${encoded}@example.com/?sig=${encoded}`) }, 'x'),
    'in the words of the line': (logger) => logger.info(`cannot reach ${url}`),
    'in what is put into the words': (logger) => logger.info('cannot reach %s', url),
    'in the words beside fields': (logger) =>
      logger.warn({ a: 1 }, `Authorization: Bearer ${'t'.repeat(20)}${canary}`),
    'in an error': (logger) => logger.error({ err: driverError(`connect to ${url} failed`) }, 'x'),
    'in an error alone': (logger) => logger.error(driverError(`connect to ${url} failed`)),
    'in a field of an error': (logger) =>
      logger.error({ err: driverError('Invalid URL', { input: url, config: { password: canary } }) }, 'x'),
    'in the cause of a cause of an error': (logger) =>
      logger.error(
        { err: driverError('fetch failed', {}, driverError('socket', {}, driverError(`at ${url}`))) },
        'x',
      ),
    'in one of several errors': (logger) =>
      logger.error({ err: new AggregateError([driverError(`at ${url}`), driverError('no')]) }, 'x'),
    'in an error somewhere below': (logger) =>
      logger.warn({ tries: [{ error: driverError(`at ${url}`) }] }, 'x'),
    'in the first line of a stack': (logger) =>
      logger.error({ err: new TypeError(`cannot read ${url}`) }, 'x'),
    'as a field of a child': (logger) => logger.child({ token: canary, at: { url } }).info('x'),
    'as a setting in words': (logger) => logger.info(`host=db password='${canary}' dbname=postel`),
  };

  it.each(Object.entries(cases))('%s', (_where, write) => {
    const text = logged(write);
    expect(linesOf(text)).toHaveLength(1);
    for (const part of [canary, encoded, 'k4n4ry', Buffer.from(canary).toString('base64')]) {
      expect(text).not.toContain(part);
    }
  });

  it.each([
    `whsec_${Buffer.from(canary.repeat(2)).toString('base64')}`,
    `pk_${Buffer.from(canary.repeat(2)).toString('base64url')}`,
    `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(canary).toString('base64url')}.sig`,
    `-----BEGIN PRIVATE KEY-----\nk4n4ry\n-----END PRIVATE KEY-----`,
  ])('by its form: %s', (secret) => {
    const text = logged((logger) => logger.info({ note: `it is ${secret}` }, `it is ${secret}`));
    expect(text).not.toContain(secret.slice(8, 24));
    expect(text).not.toContain('k4n4ry');
  });
});

describe('a line', () => {
  it('keeps what is no secret', () => {
    const [line] = linesOf(
      logged((logger) =>
        logger.info(
          { tenant: 'acme', portalTokenId: 'ptk_1', url: 'http://127.0.0.1:8080', tries: [1, null] },
          'ready',
        ),
      ),
    );
    expect(line).toMatchObject({
      level: 'info',
      service: 'ingest',
      tenant: 'acme',
      portalTokenId: 'ptk_1',
      url: 'http://127.0.0.1:8080',
      tries: [1, null],
      msg: 'ready',
    });
  });

  it('tells an error with its causes and code, and where it was when it is a bug', () => {
    const [expected, bug] = linesOf(
      logged((logger) => {
        const refused = driverError('connect ECONNREFUSED', { code: 'ECONNREFUSED' });
        logger.warn({ err: driverError('fetch failed', { code: 'UND_ERR' }, refused) }, 'x');
        logger.error({ err: new TypeError('x is not a function') }, 'x');
      }, 'info'),
    );
    expect(expected?.['err']).toEqual({
      name: 'Error',
      message: 'fetch failed: connect ECONNREFUSED',
      code: 'UND_ERR',
    });
    expect(bug?.['err']).toMatchObject({
      name: 'TypeError',
      stack: expect.arrayContaining([expect.stringMatching(/^at /)]),
    });
  });

  it('stays a line, whatever it is given', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const many = Array.from({ length: 10_000 }, (_, n) => n);
    const text = logged((logger) => logger.info({ circle, many, long: 'x'.repeat(1_000_000) }, 'x'));
    expect(text.length).toBeLessThan(10_000);
  });

  it('is made in time that grows with its text alone', () => {
    const text = logged((logger) =>
      logger.info({ a: 'a'.repeat(100_000), b: 'a://'.repeat(1_000) }, 'a'.repeat(100_000)),
    );
    expect(linesOf(text)).toHaveLength(1);
  });
});

describe('levels', () => {
  const levels = { ingest: 'warn', http: 'debug', 'ingest.upkeep': 'info', upkeep: 'trace' };
  const told = (part: string | null) =>
    linesOf(
      logged(
        (logger) => {
          const own = part === null ? logger : componentLogger(logger, part);
          for (const level of ['trace', 'debug', 'info', 'warn'] as const) own[level](level);
        },
        'error',
        { levels },
      ),
    ).map(({ msg }) => msg);

  it('are those of the component in the service, of the component, of the service, of all, in this order', () => {
    expect(told('upkeep')).toEqual(['info', 'warn']);
    expect(told('http')).toEqual(['debug', 'info', 'warn']);
    expect(told('projections')).toEqual(['warn']);
    expect(told(null)).toEqual(['warn']);
  });

  it('do not hold for another service', () => {
    const text = logged((logger) => logger.warn('x'), 'error', { levels: { deliverer: 'debug' } });
    expect(text).toBe('');
  });
});
