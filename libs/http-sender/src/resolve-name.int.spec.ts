import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tempDir, waitUntil } from '@postel/testing';
import { createSystemResolver, type SystemResolver } from './resolve-name.js';

const A = 1;
const AAAA = 28;
/** An RCODE: of a name server that is not ours any more. */
const refused = 5;

/** Answers for a question: addresses as bytes, an error (RCODE), or nothing at all. */
type Zone = (name: string, type: number) => Buffer[] | number | 'silence';

let server: Socket;
let questions: string[];
let zone: Zone;
let resolver: SystemResolver;
let servers: string[];
let directory: ReturnType<typeof tempDir>;

beforeEach(async () => {
  directory = tempDir('hosts');
  questions = [];
  zone = () => [];
  server = createSocket('udp4').on('message', (query, { port, address }) => {
    const { name, type } = readQuestion(query);
    questions.push(`${name} ${type === A ? 'A' : 'AAAA'}`);
    const answer = zone(name, type);
    if (answer !== 'silence') server.send(writeAnswer(query, type, answer), port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const hostsPath = join(directory.path, 'hosts');
  writeFileSync(hostsPath, '# a comment\n10.1.1.1 gateway.docker host.docker # more\n::5 gateway.docker\n\n');
  servers = [`127.0.0.1:${server.address().port}`];
  resolver = createSystemResolver({ hostsPath, servers: () => servers });
});

afterEach(() => {
  resolver.close();
  server.close();
  directory.remove();
});

/** Then a question that nobody answers is asked again. */
const silenceEndsMs = 2_000;

describe('the system resolver', () => {
  it('gives the addresses of both families', async () => {
    zone = (_name, type) => [type === A ? Buffer.from([192, 0, 2, 7]) : ipv6(0x20, 0x01)];
    expect(await resolver.resolve('both.test')).toEqual(['192.0.2.7', '2001::']);
  });

  it('is content with one family', async () => {
    zone = (_name, type) => (type === A ? [Buffer.from([192, 0, 2, 7])] : 2);
    expect(await resolver.resolve('four.test')).toEqual(['192.0.2.7']);
    zone = (_name, type) => (type === AAAA ? [ipv6(0x20, 0x01)] : []);
    expect(await resolver.resolve('six.test')).toEqual(['2001::']);
  });

  it('does not wait long for the family whose answer does not come', async () => {
    zone = (_name, type) => (type === A ? [Buffer.from([192, 0, 2, 7])] : 'silence');
    const before = performance.now();
    expect(await resolver.resolve('halved.test')).toEqual(['192.0.2.7']);
    expect(performance.now() - before).toBeLessThan(silenceEndsMs);
  });

  it('rejects for a name that does not exist', async () => {
    zone = () => 3;
    await expect(resolver.resolve('none.test')).rejects.toThrow('ENOTFOUND');
  });

  it('asks once for all who ask at the same time, and anew afterwards', async () => {
    zone = (_name, type) => (type === A ? [Buffer.from([192, 0, 2, 7])] : []);
    await Promise.all([resolver.resolve('busy.test'), resolver.resolve('busy.test')]);
    expect(questions).toHaveLength(2);
    await resolver.resolve('busy.test');
    expect(questions).toHaveLength(4);
  });

  it('reads the hosts file first', async () => {
    expect(await resolver.resolve('gateway.docker')).toEqual(['10.1.1.1', '::5']);
    expect(await resolver.resolve('host.docker')).toEqual(['10.1.1.1']);
    expect(questions).toEqual([]);
  });

  it('gives up what is being asked when it is closed', async () => {
    zone = () => 'silence';
    const answer = expect(resolver.resolve('silent.test')).rejects.toThrow('ECANCELLED');
    await waitUntil(() => questions.length > 0);
    resolver.close();
    await answer;
  });

  it('finds all of a thousand names that are asked for at once', async () => {
    zone = (_name, type) => (type === A ? [Buffer.from([192, 0, 2, 7])] : []);
    // From now on it is known as fast, and c-ares waits shorter.
    await resolver.resolve('first.test');
    const found = await Promise.allSettled(
      Array.from({ length: 1_000 }, (_, index) => resolver.resolve(`burst-${index}.test`)),
    );
    expect(found.filter(({ status }) => status === 'rejected')).toHaveLength(0);
  });

  it('takes what waits for its turn for given up when it is closed', async () => {
    zone = () => 'silence';
    const names = Array.from({ length: 200 }, (_, index) => resolver.resolve(`silent-${index}.test`));
    const ended = Promise.allSettled(names);
    await waitUntil(() => questions.length > 0);
    resolver.close();
    expect(new Set((await ended).map(({ status }) => status))).toEqual(new Set(['rejected']));
  });

  it('asks the name servers that there are now, when those of before are gone', async () => {
    zone = (_name, type) => (type === A ? [Buffer.from([192, 0, 2, 7])] : []);
    await resolver.resolve('before.test');
    const moved = createSocket('udp4').on('message', (query, { port, address }) => {
      moved.send(
        writeAnswer(query, A, readQuestion(query).type === A ? [Buffer.from([192, 0, 2, 8])] : []),
        port,
        address,
      );
    });
    moved.bind(0, '127.0.0.1');
    await once(moved, 'listening');
    servers = [`127.0.0.1:${moved.address().port}`];
    zone = () => refused;
    expect(await resolver.resolve('after.test')).toEqual(['192.0.2.8']);
    moved.close();
  });

  it('with twenty silent names answers the others', async () => {
    zone = (name, type) =>
      name.startsWith('silent') ? 'silence' : type === A ? [Buffer.from([192, 0, 2, 7])] : [];
    const silent = Array.from({ length: 20 }, (_, index) =>
      resolver.resolve(`silent-${index}.test`).catch(() => []),
    );
    const before = performance.now();
    expect(await resolver.resolve('lively.test')).toEqual(['192.0.2.7']);
    expect(performance.now() - before).toBeLessThan(silenceEndsMs);
    resolver.close();
    await Promise.all(silent);
  });
});

function ipv6(...first: number[]): Buffer {
  return Buffer.concat([Buffer.from(first), Buffer.alloc(16 - first.length)]);
}

function readQuestion(query: Buffer): { name: string; type: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1) };
}

/** RFC 1035: the query's header and question, and one record for each address. */
function writeAnswer(query: Buffer, type: number, answer: Buffer[] | number): Buffer {
  const addresses = typeof answer === 'number' ? [] : answer;
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const header = Buffer.alloc(12);
  header.writeUInt16BE(query.readUInt16BE(0), 0);
  header.writeUInt16BE(0x8180 | (typeof answer === 'number' ? answer : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) =>
    Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, address.length]), address]),
  );
  return Buffer.concat([header, question, ...records]);
}
