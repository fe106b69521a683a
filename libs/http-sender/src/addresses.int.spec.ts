import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import { checkUrlResolves } from './check-url.js';
import { okAnswer, startRawReceiver, type RawReceiver } from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';

let receiver: RawReceiver;
const specs: SpecSender[] = [];

beforeEach(async () => {
  receiver = await startRawReceiver((socket) =>
    socket.end(okAnswer.replace('\r\n', '\r\nconnection: close\r\n')),
  );
});

afterEach(async () => {
  await Promise.all(specs.splice(0).map(({ sender }) => sender.close({ graceMs: 0 })));
  await receiver.close();
});

function resolving(...answers: (string[] | Error)[]): SpecSender & { lookUps: string[] } {
  const lookUps: string[] = [];
  const spec = specSender({
    resolve: (name) => {
      const answer = answers[Math.min(lookUps.push(name), answers.length) - 1] ?? [];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  specs.push(spec);
  return { ...spec, lookUps };
}

/** Of the whole process, as a busy one has it. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const named = (name: string): string => `http://${name}:${receiver.port}/hook`;

describe('a name', () => {
  it('is looked up for each connection, without its final dot', async () => {
    const { post, lookUps } = resolving(['127.0.0.1']);
    expect((await post(named('Receiver.Test.'))).response?.status).toBe(200);
    const second = await post(named('receiver.test'));
    expect(second.timing.dnsMs).toBeGreaterThanOrEqual(0);
    expect(lookUps).toEqual(['receiver.test', 'receiver.test']);
    expect(receiver.requests[0]?.toLowerCase()).toContain(`host: receiver.test.:${receiver.port}`);
  });

  it('that stands for a refused address is not delivered to, and the address is not told', async () => {
    const { post } = resolving(['10.1.2.3']);
    const { error } = await post(named('inner.test'));
    expect(error?.code).toBe('url_not_allowed');
    expect(error?.message).not.toContain('10.1.2.3');
  });

  test.each([
    [['127.0.0.1', '10.0.0.1']],
    [['10.0.0.1', '127.0.0.1']],
    [['127.0.0.1', 'fd00::1']],
    [['127.0.0.1', '169.254.169.254']],
  ])('with one refused address among %j is refused whole', async (addresses) => {
    const { post } = resolving(addresses);
    expect((await post(named('mixed.test'))).error?.code).toBe('url_not_allowed');
    expect(receiver.connections).toBe(0);
  });

  it('that changes its answer is judged by the answer that is dialled', async () => {
    const { post } = resolving(['127.0.0.1'], ['10.0.0.1'], ['127.0.0.1']);
    expect((await post(named('rebind.test'))).response?.status).toBe(200);
    expect((await post(named('rebind.test'))).error?.code).toBe('url_not_allowed');
    expect((await post(named('rebind.test'))).response?.status).toBe(200);
    expect(receiver.connections).toBe(2);
  });

  it('that was public when its endpoint was made, and is private now, is refused', async () => {
    const answers = [['8.8.8.8'], ['10.0.0.1']];
    const resolve = (): Promise<string[]> => Promise.resolve(answers.shift() ?? ['10.0.0.1']);
    const url = 'http://rebind.test/';
    const made = await checkUrlResolves(url, { allowHttp: true, allowCidrs: [], resolve });
    const spec = specSender({ resolve });
    specs.push(spec);
    expect(made.ok).toBe(true);
    expect((await spec.post(url)).error?.code).toBe('url_not_allowed');
    expect(answers).toEqual([]);
  });

  it('is looked up once for a connection, so that nothing changes between check and dialling', async () => {
    const { post, lookUps } = resolving(['127.0.0.1', '127.0.0.2'], ['10.0.0.1']);
    expect((await post(named('once.test'))).response?.status).toBe(200);
    expect(lookUps).toEqual(['once.test']);
  });

  it('with a port of internal services is reached in an open network alone', async () => {
    const spec = specSender({
      allowCidrs: ['127.0.0.0/8', '10.0.0.0/8'],
      resolve: (name) => Promise.resolve([name === 'open.test' ? '127.0.0.9' : '8.8.8.8']),
    });
    specs.push(spec);
    expect((await spec.post('http://open.test:6379/')).error?.code).not.toBe('url_not_allowed');
    expect((await spec.post('http://public.test:6379/')).error).toEqual({
      code: 'url_not_allowed',
      message: 'port 6379 is not delivered to',
    });
  });

  it('with several addresses is reached at the one that answers', async () => {
    const { post } = resolving(['127.0.0.9', '127.0.0.1', '::1']);
    expect((await post(named('many.test'))).response?.status).toBe(200);
  });

  it('with several addresses is reached at one that answers after the next was tried', async () => {
    const spec = specSender({
      resolve: () => {
        const answer = Promise.resolve(['127.0.0.1', '127.0.0.9']);
        // Right after the dialling began, as if the receiver were far, or a packet lost.
        void answer.then(() => process.nextTick(pause, 400));
        return answer;
      },
    });
    specs.push(spec);
    expect(await spec.post(named('far.test'))).toMatchObject({ response: { status: 200 } });
  });

  it('of which no address answers fails as the first of them', async () => {
    const { post } = resolving(['127.0.0.9', '127.0.0.8', '::1']);
    expect((await post(named('none.test'))).error).toEqual({
      code: 'connection_refused',
      message: 'the connection was refused',
    });
  });

  it('that does not exist, or has no address, is dns_failed', async () => {
    const { post } = resolving(Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' }), []);
    expect((await post(named('none.test'))).error).toEqual({
      code: 'dns_failed',
      message: 'none.test could not be resolved',
    });
    expect((await post(named('none.test'))).error?.message).toBe('none.test has no address');
  });

  it('whose look-up hangs ends at the deadline', async () => {
    const spec = specSender({ resolve: () => new Promise(() => undefined) });
    specs.push(spec);
    const { error } = await spec.post(named('slow.test'), { timeoutMs: 60 });
    expect(error).toEqual({
      code: 'timeout',
      message: 'not complete after 60 ms (connecting: looking up the name)',
    });
  });

  it('whose look-up comes too late dials nothing any more', async () => {
    let answer: (addresses: string[]) => void = () => undefined;
    const spec = specSender({ resolve: () => new Promise((resolve) => (answer = resolve)) });
    specs.push(spec);
    await spec.post(named('late.test'), { timeoutMs: 30 });
    answer(['127.0.0.1']);
    await spec.sender.close();
    expect(receiver.connections).toBe(0);
  });
});

describe('localhost', () => {
  it('is what is open of loopback and never looked up', async () => {
    const { post, lookUps } = resolving(['8.8.8.8']);
    expect((await post(named('localhost'))).response?.status).toBe(200);
    expect((await post(named('a.localhost'))).response?.status).toBe(200);
    expect(lookUps).toEqual([]);
  });

  it('works with one family open', async () => {
    const spec = specSender({ allowCidrs: ['127.0.0.0/8'] });
    specs.push(spec);
    expect((await spec.post(named('localhost'))).response?.status).toBe(200);
  });
});

describe('a URL that is not allowed', () => {
  test.each([
    ['http://10.0.0.1/', {}],
    ['http://[::ffff:10.0.0.1]/', {}],
    ['http://169.254.169.254/latest/meta-data', {}],
    ['http://127.0.0.1:25/', {}],
    ['http://user:pass@127.0.0.1/', {}],
    ['not a url', {}],
    ['http://127.0.0.1/', { allowCidrs: [] }],
    ['http://localhost/', { allowCidrs: [] }],
    ['http://127.0.0.1/', { allowHttp: false }],
  ])('%s with %j is url_not_allowed before anything is dialled', async (url, options) => {
    const spec = specSender(options);
    specs.push(spec);
    const result = await spec.post(url);
    expect(result).toMatchObject({ durationMs: 0, timing: {}, error: { code: 'url_not_allowed' } });
  });
});

describe('IPv6', () => {
  it('literals are dialled', async () => {
    const six = await startRawReceiver((socket) => socket.end(okAnswer), { host: '::1' });
    const spec = specSender();
    specs.push(spec);
    expect((await spec.post(`http://[::1]:${six.port}/`)).response?.status).toBe(200);
    await six.close();
  });
});
