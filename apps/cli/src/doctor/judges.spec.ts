import { describe, expect, it } from '@jest/globals';
import type { BrokerReport, StreamReport } from '@postel/jetstream';
import { generateSecret, LocalKeyWrapper, sealSecret } from '@postel/signing';
import { checkEncryptionKey } from './check-encryption-key.js';
import { doctorEnvironment } from './doctor-environment.js';
import { findingLines } from './doctor.command.js';
import { fail, guarded, ok, warn } from './finding.js';
import { clockFinding } from './judge-clock.js';
import { judgeDatabase } from './judge-database.js';
import { certificateFinding, judgeReport, judgeServers, judgeSyncInterval } from './judge-nats.js';
import { isAtLeast } from './judge-versions.js';

const verdicts = (findings: readonly { check: string; verdict: string }[]) =>
  findings.map(({ check, verdict }) => `${check}: ${verdict}`);

it.each([
  ['2.15.1', '2.15.1', true],
  ['2.15.2-preview.1', '2.15.1', true],
  ['2.16.0', '2.15.1', true],
  ['3.0.0', '2.15.1', true],
  ['2.15.0', '2.15.1', false],
  ['2.9.10', '2.15.1', false],
  ['unknown', '2.15.1', false],
])('%s is at least %s: %s', (version, oldest, expected) => {
  expect(isAtLeast(version, oldest)).toBe(expected);
});

it('judges each server of a cluster by itself', () => {
  const info = { version: '2.15.1', jetStream: true, tls: false };
  const findings = judgeServers([
    { server: 'a', info, reason: null },
    { server: 'b', info: { ...info, version: '2.10.0' }, reason: null },
    { server: 'c', info: { ...info, jetStream: false }, reason: null },
    { server: 'd', info: null, reason: 'connect ECONNREFUSED' },
  ]);
  expect(findings.map(({ verdict, detail }) => `${verdict} ${detail}`)).toEqual([
    'ok a is nats-server 2.15.1',
    'fail b is nats-server 2.10.0, older than 2.15.1',
    'fail c has no JetStream',
    'fail no NATS server answers at d: connect ECONNREFUSED',
  ]);
});

it('takes no sync_interval for good that it did not see', () => {
  const seen = (always: boolean) => judgeSyncInterval({ known: true, always, shown: 'x', from: 'y' }).verdict;
  expect([seen(true), seen(false)]).toEqual(['ok', 'fail']);
  expect(judgeSyncInterval({ known: false, why: 'no port' }).verdict).toBe('warn');
});

describe('streams and consumers', () => {
  const stream = (given: Partial<StreamReport>): StreamReport => ({
    stream: 'EVENTS',
    messages: 1,
    bytes: 10,
    limitBytes: null,
    oldestAtMs: null,
    lastSeq: 1,
    replicas: { current: 3, lagging: 0, offline: 0 },
    slowestReplicaLag: 0,
    ...given,
  });
  const report = (given: Partial<BrokerReport>): BrokerReport => ({
    streams: [],
    silentStreams: [],
    consumers: [],
    storage: { usedBytes: 10, limitBytes: null },
    ...given,
  });
  const wanted = { replicas: 3, durables: [] };

  it.each([
    ['sound', {}, 'ok'],
    ['fuller than 80 %', { bytes: 85, limitBytes: 100 }, 'warn'],
    ['full', { bytes: 99, limitBytes: 100 }, 'fail'],
    ['without one of its servers', { replicas: { current: 2, lagging: 0, offline: 1 } }, 'fail'],
    ['with a replica behind', { replicas: { current: 2, lagging: 1, offline: 0 } }, 'warn'],
    ['with fewer copies than asked for', { replicas: { current: 1, lagging: 0, offline: 0 } }, 'warn'],
  ])('a stream that is %s', (_what, given, verdict) => {
    expect(judgeReport(report({ streams: [stream(given)] }), wanted)[0]?.verdict).toBe(verdict);
  });

  it('a stream that does not answer, and then nothing is said of its consumers', () => {
    const findings = judgeReport(report({ silentStreams: ['LOG'] }), {
      replicas: 1,
      durables: ['dispatcher'],
    });
    expect(verdicts(findings)).toEqual(['streams: fail', 'storage: ok']);
  });

  it('a backlog, and services that never ran', () => {
    const consumer = { stream: 'EVENTS', ackPending: 0, redelivered: 0 } as const;
    const consumers = [
      { ...consumer, durable: 'dispatcher', pending: 60_000 },
      { ...consumer, durable: 'other', pending: 5 },
    ];
    const findings = judgeReport(report({ consumers }), {
      replicas: 1,
      durables: ['dispatcher', 'deliverer-retry-0'],
    });
    expect(verdicts(findings)).toEqual(['storage: ok', 'lag: warn', 'consumers: warn']);
    expect(findings.map(({ detail }) => detail)).toEqual([
      expect.anything(),
      '60000 messages wait for dispatcher',
      'deliverer-retry-0 never ran here',
    ]);
  });
});

it('sees a certificate end', () => {
  const day = 86_400_000;
  const at = (days: number) => certificateFinding(1_000 * day + days * day, 1_000 * day)?.verdict;
  expect([at(-1), at(3), at(90)]).toEqual(['fail', 'warn', 'ok']);
  expect(certificateFinding(null, 0)).toBeNull();
});

it('judges a clock by how far it is off, either way', () => {
  const verdict = (offsetMs: number) => clockFinding('clock', offsetMs, 1_000).verdict;
  expect([0, -900, 5_000, -5_000, 61_000, -61_000].map(verdict)).toEqual([
    'ok',
    'ok',
    'warn',
    'warn',
    'fail',
    'fail',
  ]);
});

describe('a database', () => {
  const sound = {
    version: '18.4',
    majorVersion: 18,
    clockOffsetMs: 0,
    schema: { applied: ['a'], pending: [], unknown: [] },
    unusable: null,
    keepsSettings: true,
    isReplica: false,
    isReadOnly: false,
    forgetful: [],
    connections: { used: 1, max: 100 },
  };
  it.each([
    ['sound', {}, []],
    ['too old', { majorVersion: 17 }, ['database: fail']],
    ['behind a pooler', { keepsSettings: false }, ['database: fail']],
    ['a replica', { isReplica: true, isReadOnly: true }, ['database: fail']],
    ['a primary that takes no writes', { isReadOnly: true }, ['database: fail']],
    ['nearly out of connections', { connections: { used: 95, max: 100 } }, ['database: warn']],
    ['one that forgets', { forgetful: ['fsync = off'] }, ['database: warn']],
    [
      'behind',
      { schema: { applied: [], pending: ['a'], unknown: [] }, unusable: 'behind' },
      ['migrations: warn'],
    ],
    ['ahead', { schema: { applied: ['a'], pending: [], unknown: ['b'] } }, ['migrations: warn']],
    [
      'of another line',
      { schema: { applied: [], pending: ['a'], unknown: ['b'] }, unusable: 'no' },
      ['migrations: fail'],
    ],
  ])('that is %s', (_what, given, expected) => {
    const findings = judgeDatabase({ ...sound, ...given });
    expect(verdicts(findings.filter(({ verdict }) => verdict !== 'ok'))).toEqual(expected);
  });
});

it('opens with the master key what it made, and names what it does not open', async () => {
  const [right, wrong] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const owner = { tenant: 'acme', endpointId: 'ep_1' };
  const secret = await sealSecret(generateSecret(Buffer.alloc(32)), new LocalKeyWrapper(right), owner);
  const sample = [{ ...owner, state: { secrets: [secret], keyPairs: [], headers: null } }];
  const check = (masterKey: Buffer, previousMasterKey: Buffer | null = null) =>
    checkEncryptionKey(sample, { masterKey, previousMasterKey });
  expect((await check(right)).verdict).toBe('ok');
  expect(await check(wrong)).toMatchObject({
    verdict: 'fail',
    detail: expect.stringMatching(/0 of 1 .* acme\/ep_1/),
  });
  expect((await check(wrong, right)).verdict).toBe('warn');
  expect((await checkEncryptionKey([], { masterKey: wrong, previousMasterKey: null })).verdict).toBe('ok');
});

it('goes on when a check throws, or never ends', async () => {
  const thrown = await guarded('x', () => Promise.reject(new Error('no\nstack')), 1_000);
  expect(thrown).toEqual([expect.objectContaining({ verdict: 'fail', detail: 'no' })]);
  const endless = await guarded('x', () => new Promise(() => undefined), 10);
  expect(endless).toEqual([
    expect.objectContaining({ verdict: 'fail', detail: expect.stringMatching(/no answer/) }),
  ]);
});

it('looks at what the environment names, else at what npm start made here, else at the API alone', () => {
  const directory = '/nowhere';
  expect(doctorEnvironment({ env: { NATS_URL: 'nats://x' }, directory }).of).toBe('the environment');
  expect(doctorEnvironment({ env: { POSTEL_ENCRYPTION_KEY: 'x' }, directory }).of).toBe('the environment');
  expect(doctorEnvironment({ env: { POSTEL_TOKEN: 'pk_1' }, directory }).of).toBe('nobody');
});

it('shows a line each, and how many failed', () => {
  const plain = (_style: unknown, text: string) => text;
  expect(
    findingLines([ok('NATS', 'there'), warn('lag', 'long', 'wait'), fail('API', 'away', 'start it')], plain),
  ).toEqual(['✓ NATS  there', '! lag   long  → wait', '✗ API   away  → start it', '1 failed, 1 to look at.']);
});
