import { describe, expect, it, test } from '@jest/globals';
import { checkUrl, checkUrlResolves, type UrlRules } from './check-url.js';

const production: UrlRules = { allowHttp: false, allowCidrs: [] };
const development: UrlRules = { allowHttp: true, allowCidrs: ['127.0.0.0/8', '::1/128'] };
const anyScheme: UrlRules = { allowHttp: true, allowCidrs: [] };

function verdict(text: string, rules: UrlRules): string {
  const check = checkUrl(text, rules);
  return check.ok ? 'ok' : check.code;
}

describe('what a receiver may be', () => {
  test.each([
    'https://example.com/hooks?a=1',
    'https://example.com:8443/',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'https://bücher.example/',
    'https://example.com./',
    'https://localhost.example.com/',
  ])('%s', (text) => expect(checkUrl(text, production)).toMatchObject({ ok: true, url: expect.any(URL) }));

  it('plain http where that is allowed', () => {
    expect(verdict('http://example.com/', anyScheme)).toBe('ok');
    expect(verdict('http://example.com/', production)).toBe('url_not_allowed');
  });
});

describe('what is no receiver', () => {
  test.each([
    '',
    'example.com/hook',
    '/hook',
    'https://',
    'https://exa mple.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:70/',
    'javascript:alert(1)',
    'data:text/plain,x',
    'ws://example.com/',
    'https://user@example.com/',
    'https://user:pass@example.com/',
    'https://example.com:99999/',
    'https://1.2.3.4.5/',
    'https://256.1.1.1/',
    'https://[::1/',
    'https://[fe80::1%25eth0]/',
    'https://./',
    'https://.../',
    'https://localhost../',
    'https://127.0.0.1../',
    'https://a..example.com/',
    'https://localhost%00/',
    'https://127.0.0.1:80:80/',
    'https://0x100000000/',
    'https://١٢٧.٠.٠.١/',
    'unix:/run/docker.sock',
    'http+unix://%2Frun%2Fdocker.sock/',
    'dict://127.0.0.1:11211/',
    'ldap://127.0.0.1/',
    'jar:http://127.0.0.1/!/',
    'blob:https://example.com/x',
    'https://1.1.1.1 &@127.0.0.1#@8.8.8.8/',
  ])('%s is not a URL to deliver to', (text) => expect(verdict(text, development)).toBe('invalid_url'));
});

describe('ways to write an inner address', () => {
  const forms = [
    'http://127.0.0.1/',
    'http://127.1/',
    'http://127.0.1/',
    'http://2130706433/', // decimal
    'http://0x7f000001/', // hexadecimal
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/', // octal
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://１２７.０.０.１/', // full-width
    'http://127。0。0。1/', // ideographic dots
    'http://①②⑦.0.0.1/', // circled
    'http://%31%32%37.0.0.1/',
    'http://127.0.0.1%2e/',
    'http://127。1/',
    'http://0x7f.0x0.0x0.0x1/',
    'http://0x7f.1/',
    'http://00000177.1/',
    'http://127.0x0.1/',
    'http://10.1/',
    'http://0xa.1/',
    'http://167772161/', // 10.0.0.1
    'http://0xc0a80001/', // 192.168.0.1
    'http://127.0.0.1\\@example.com/',
    'http:127.0.0.1',
    'http:///127.0.0.1/',
    'http://0/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/', // Teredo
    'http://[64:ff9b:1::10.0.0.1]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::a9fe:a9fe]/',
    'http://[fc00::1]/',
    'http://[fec0::1]/', // site-local
    'http://[ff02::1]/',
    'http://[fe80::1]/',
    'http://[fe80::a9fe:a9fe]/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://240.0.0.1/',
    'http://255.255.255.255/',
    'http://192.0.0.192/',
    'http://169.254.170.2/v2/credentials',
    'http://[fd00:ec2::254]/',
    'http://10.0.0.1/',
    'http://192.168.0.1/',
    'http://172.16.0.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/', // 169.254.169.254
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
    'http://localhost/',
    'http://LOCALHOST/',
    'http://localhost./',
    'http://a.localhost/',
    'http://ｌocalhost/',
    'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
    'http://loc\u00adalhost/', // soft hyphen
    'http://loc\u200balhost/', // zero-width space
    'http://%6c%6f%63alhost/',
    'http://lоcalhost/', // a Cyrillic о: a name without a dot
    'http://xn--lcalhost-nbh/',
    'http://localhost.localdomain/',
    'http://wiki.corp/',
    'https://kubernetes.default.svc/',
    'http://nas.home/',
    'http://metadata/',
    'http://metadata.goog/',
    'http://METADATA.google.internal./computeMetadata/v1/',
    'http://metadata.tencentyun.com/',
    'http://instance-data/',
    'http://printer.local/',
    'http://printer.local./',
    'http://metadata.google.internal/',
    'http://nas.lan/',
    'http://intranet/',
    'http://example.com:22/',
    'http://example.com:25/',
    'http://example.com:0/',
    'https://example.com:6667/',
  ];
  test.each(forms)('%s is refused', (text) => expect(verdict(text, anyScheme)).toBe('url_not_allowed'));
});

describe('ports', () => {
  const internal = [
    1, 9, 22, 25, 88, 445, 1433, 1521, 2181, 2375, 2379, 3128, 3306, 3389, 4222, 5432, 5433, 5672, 5984, 6222,
  ];
  internal.push(6379, 6443, 8222, 8200, 8500, 9042, 9092, 9200, 9300, 10250, 11211, 15672, 26257, 27017);
  const open = [
    80, 443, 3000, 3001, 4000, 4443, 5000, 8000, 8008, 8080, 8081, 8443, 8888, 9000, 9443, 9999, 10000,
  ];
  open.push(18080, 30000, 49152, 65535);
  const of = (rules: UrlRules, host: string) => (port: number) => verdict(`https://${host}:${port}/`, rules);

  test.each(['8.8.8.8', '[2606:4700::1111]', 'example.com'])(
    'of services inside a network are refused, on %s',
    (host) => {
      expect(internal.filter((port) => of(production, host)(port) !== 'url_not_allowed')).toEqual([]);
      expect(open.filter((port) => of(production, host)(port) !== 'ok')).toEqual([]);
    },
  );

  it('are refused on a public address although a private network is open', () => {
    const rules = { allowHttp: true, allowCidrs: ['10.0.0.0/8'] };
    expect(of(rules, '8.8.8.8')(5432)).toBe('url_not_allowed');
    expect(of(rules, '10.1.1.1')(5432)).toBe('ok');
    expect(of(rules, '10.1.1.1')(9)).toBe('ok');
    expect(of(rules, '10.1.1.1')(25)).toBe('url_not_allowed');
    expect(of(rules, 'localhost')(5432)).toBe('url_not_allowed');
  });

  it('of a name are judged by its addresses where a network is open', async () => {
    const resolveTo = (...addresses: string[]) => ({
      allowHttp: true,
      allowCidrs: ['10.0.0.0/8'],
      resolve: () => Promise.resolve(addresses),
    });
    const check = (...addresses: string[]) =>
      checkUrlResolves('http://hooks.test:6379/', resolveTo(...addresses));
    expect(await check('10.1.1.1')).toMatchObject({ ok: true });
    expect(await check()).toMatchObject({ ok: true });
    expect(await check('8.8.8.8')).toMatchObject({ ok: false, code: 'url_not_allowed' });
    expect(await check('10.1.1.1', '8.8.8.8')).toMatchObject({ ok: false, code: 'url_not_allowed' });
  });
});

describe('development', () => {
  test.each([
    'http://127.0.0.1:3000/',
    'http://localhost:8080/',
    'http://app.localhost/',
    'http://[::1]:6379/',
  ])('%s is allowed with loopback open', (text) => expect(verdict(text, development)).toBe('ok'));
  test.each([
    'http://127.0.0.1:25/',
    'http://10.0.0.1/',
    'http://nas.local/',
    'http://169.254.169.254/',
    'http://0/',
  ])('%s stays refused', (text) => expect(verdict(text, development)).toBe('url_not_allowed'));

  it('takes the names of a private network once one is open', () => {
    const rules = { allowHttp: true, allowCidrs: ['172.16.0.0/12'] };
    expect(verdict('http://receiver:8080/', rules)).toBe('ok');
    expect(verdict('http://receiver.svc.cluster.local/', rules)).toBe('ok');
    expect(verdict('http://localhost/', rules)).toBe('url_not_allowed');
  });

  it('takes the names of cloud metadata not even then', () => {
    const rules = { allowHttp: true, allowCidrs: ['10.0.0.0/8', '169.254.0.0/16'] };
    for (const name of ['metadata.google.internal', 'metadata', 'instance-data', 'metadata.azure.internal']) {
      expect(verdict(`http://${name}/`, rules)).toBe('url_not_allowed');
    }
  });
});

describe('checkUrlResolves', () => {
  const resolveTo = (...addresses: string[]) => ({
    ...production,
    resolve: () => Promise.resolve(addresses),
  });

  it('refuses a name that stands for an inner address, without telling which', async () => {
    const check = await checkUrlResolves('https://rebind.example/', resolveTo('8.8.8.8', '10.2.3.4'));
    expect(check).toMatchObject({ ok: false, code: 'url_not_allowed' });
    expect(JSON.stringify(check)).not.toContain('10.2.3.4');
  });

  it('takes a name that stands for public addresses', async () => {
    expect(
      await checkUrlResolves('https://example.com/', resolveTo('8.8.8.8', '2606:4700::1')),
    ).toMatchObject({
      ok: true,
    });
  });

  it('takes a name that does not resolve yet', async () => {
    const failing = { ...production, resolve: () => Promise.reject(new Error('ENOTFOUND')) };
    expect(await checkUrlResolves('https://soon.example/', failing)).toMatchObject({ ok: true });
  });

  it('does not wait for a name server that is silent', async () => {
    const silent = { ...production, resolve: () => new Promise<string[]>(() => undefined), timeoutMs: 20 };
    expect(await checkUrlResolves('https://slow.example/', silent)).toMatchObject({ ok: true });
  });

  it('says no to what checkUrl says no to', async () => {
    expect(await checkUrlResolves('https://127.1/', resolveTo('8.8.8.8'))).toMatchObject({ ok: false });
  });
});
