import { describe, expect, it, test } from '@jest/globals';
import { createAddressGuard } from './address-guard.js';

const closed = createAddressGuard([]);

describe('the public internet', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '99.255.255.255',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.0.1',
    '172.32.0.1',
  ])('%s may be dialled', (address) => expect(closed.judge(address)).toBeNull());
  test.each(['192.167.1.1', '192.169.0.1', '198.17.0.1', '198.20.0.1', '223.255.255.254', '2606:4700::1111'])(
    '%s may be dialled',
    (address) => expect(closed.judge(address)).toBeNull(),
  );
  test.each(['2a00:1450:4001::1', '2001:4860:4860::8888', '2000::1', '::ffff:8.8.8.8', '::ffff:808:808'])(
    '%s may be dialled',
    (address) => expect(closed.judge(address)).toBeNull(),
  );
});

describe('everything else', () => {
  test.each([
    ['0.0.0.0', 'an unspecified'],
    ['0.255.0.1', 'an unspecified'],
    ['10.0.0.1', 'a private'],
    ['100.64.0.1', 'a carrier-grade NAT'],
    ['100.127.255.255', 'a carrier-grade NAT'],
    ['127.0.0.1', 'a loopback'],
    ['127.255.255.254', 'a loopback'],
    ['169.254.1.1', 'a link-local'],
    ['172.16.0.1', 'a private'],
    ['172.31.255.255', 'a private'],
    ['192.0.0.8', 'a reserved'],
    ['192.0.2.1', 'a documentation'],
    ['192.88.99.1', 'a reserved'],
    ['192.168.1.1', 'a private'],
    ['198.18.0.1', 'a benchmarking'],
    ['198.19.255.255', 'a benchmarking'],
    ['198.51.100.1', 'a documentation'],
    ['203.0.113.9', 'a documentation'],
    ['224.0.0.1', 'a multicast'],
    ['239.255.255.250', 'a multicast'],
    ['240.0.0.1', 'a reserved'],
    ['255.255.255.255', 'a broadcast'],
  ])('%s is %s address', (address, kind) => expect(closed.judge(address)).toBe(kind));

  test.each([
    ['::', 'a non-global'],
    ['::1', 'a non-global'],
    ['::7f00:1', 'a non-global'], // IPv4-compatible
    ['::127.0.0.1', 'a non-global'],
    ['::8.8.8.8', 'a non-global'],
    ['::ffff:127.0.0.1', 'a loopback'], // IPv4-mapped: judged as IPv4
    ['::ffff:a00:1', 'a private'],
    ['::ffff:0:127.0.0.1', 'a non-global'], // IPv4-translated
    ['64:ff9b::7f00:1', 'a non-global'], // NAT64
    ['64:ff9b::808:808', 'a non-global'],
    ['64:ff9b:1::a00:1', 'a non-global'],
    ['100::1', 'a non-global'],
    ['2001::1', 'a reserved'], // Teredo
    ['2001:2::1', 'a reserved'],
    ['2001:10::1', 'a reserved'], // ORCHID
    ['2001:20::1', 'a reserved'],
    ['2001:db8::1', 'a documentation'],
    ['3fff::1', 'a documentation'],
    ['2002:7f00:1::', 'a 6to4'],
    ['4000::1', 'a non-global'],
    ['5f00::1', 'a non-global'],
    ['fc00::1', 'a non-global'],
    ['fd12:3456::1', 'a non-global'],
    ['fe80::1', 'a non-global'],
    ['fec0::1', 'a non-global'],
    ['ff02::1', 'a non-global'],
    ['fe80::1%eth0', 'an unknown'],
    ['2606:4700::1%eth0', 'an unknown'],
    ['example.com', 'an unknown'],
    ['0x7f.1', 'an unknown'],
    ['', 'an unknown'],
  ])('%s is %s address', (address, kind) => expect(closed.judge(address)).toBe(kind));
});

describe('cloud metadata', () => {
  const addresses = [
    '169.254.169.254',
    '169.254.169.252',
    '169.254.170.2',
    '169.254.170.23',
    '169.254.0.23',
    '169.254.42.42',
    '192.0.0.192',
    'fd00:ec2::23',
    'fd20:ce::254',
    'fd00:42::42',
    'fe80::a9fe:a9fe',
    '100.100.100.200',
    '168.63.129.16',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b::6464:64c8',
  ];

  test.each(addresses)('%s is refused', (address) => expect(closed.judge(address)).toBe('a cloud metadata'));

  test.each(addresses)('%s stays refused inside a wide network that was opened', (address) => {
    const guard = createAddressGuard(['0.0.0.0/0', '::/0', '169.254.0.0/16', '100.64.0.0/10', 'fc00::/7']);
    expect(guard.judge(address)).toBe('a cloud metadata');
  });

  it('is opened by naming it', () => {
    expect(createAddressGuard(['169.254.169.254/32']).judge('169.254.169.254')).toBeNull();
    expect(createAddressGuard(['fd00:ec2::254']).judge('fd00:ec2::254')).toBeNull();
  });
});

describe('allowCidrs', () => {
  it('opens exactly what it names', () => {
    const guard = createAddressGuard(['10.1.0.0/16', 'fd00:1::/32', '192.168.0.7']);
    const open = ['10.1.0.1', '10.1.255.255', 'fd00:1::5', '192.168.0.7', '::ffff:10.1.0.1', '8.8.8.8'];
    const shut = [
      '10.0.255.255',
      '10.2.0.0',
      'fd00:2::5',
      '192.168.0.8',
      '127.0.0.1',
      '::1',
      '::ffff:10.2.0.1',
    ];
    expect(open.map((address) => guard.judge(address))).toEqual(open.map(() => null));
    expect(shut.map((address) => guard.judge(address))).not.toContain(null);
  });

  it('tells what is open from what is public', () => {
    const guard = createAddressGuard(['10.1.0.0/16', '9.9.9.0/24', '169.254.0.0/16']);
    const opened = ['10.1.0.1', '::ffff:10.1.0.1', '9.9.9.9', '169.254.1.1'];
    const others = ['8.8.8.8', '10.2.0.1', '2606:4700::1', '169.254.169.254', '::1', 'example.com', ''];
    expect(opened.filter((address) => !guard.opens(address))).toEqual([]);
    expect(others.filter((address) => guard.opens(address))).toEqual([]);
  });

  it('opens neither the NAT64 nor the IPv4-compatible form of a network', () => {
    const guard = createAddressGuard(['10.0.0.0/8']);
    expect(guard.judge('64:ff9b::a00:1')).toBe('a non-global');
    expect(guard.judge('::a00:1')).toBe('a non-global');
    expect(guard.judge('2002:a00:1::')).toBe('a 6to4');
  });

  it('knows whether a private network is open beside loopback', () => {
    expect(createAddressGuard(['127.0.0.0/8', '::1/128']).opensPrivateNetworks).toBe(false);
    expect(createAddressGuard(['127.0.0.0/8', '10.0.0.0/8']).opensPrivateNetworks).toBe(true);
  });

  test.each([
    '10.0.0.0/33',
    'localhost',
    '10.0.0/8',
    '',
    '::1/129',
    '::ffff:10.0.0.0/104',
    '10.0.0.0/',
    '010.0.0.0/8',
  ])('throws for "%s"', (entry) => expect(() => createAddressGuard([entry])).toThrow(TypeError));
});
