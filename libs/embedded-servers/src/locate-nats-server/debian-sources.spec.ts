import { describe, expect, it } from '@jest/globals';
import { keyringFor, osReleaseValue, parseIndexTargets, pickDebianMain } from './debian-sources.js';

const file = '/etc/apt/sources.list.d/debian.sources';

describe("apt's sources", () => {
  it("gives Debian's own main archive, not security and not a third party's", () => {
    const targets = parseIndexTargets(
      [
        'https://tools.example.com/deb|Tools|Tools|stable|main|/etc/apt/sources.list.d/tools.list:1',
        `http://mirror.example.org/debian-security|Debian|Debian-Security|bookworm-security|main|${file}:2`,
        `http://mirror.example.org/debian|Debian|Debian|bookworm|main|${file}:1`,
      ].join('\n'),
    );
    expect(pickDebianMain(targets, 'bookworm')?.site).toBe('http://mirror.example.org/debian');
  });

  it('goes by the code name of the system before the first apt-get update', () => {
    const targets = parseIndexTargets(
      [
        'https://tools.example.com/deb|$(ORIGIN)|$(LABEL)|stable|main|/etc/apt/sources.list.d/tools.list:1',
        `http://mirror.example.org/debian|$(ORIGIN)|$(LABEL)|trixie|main|${file}:1`,
      ].join('\n'),
    );
    expect(pickDebianMain(targets, 'trixie')?.site).toBe('http://mirror.example.org/debian');
    expect(pickDebianMain(targets, '')).toBeUndefined();
  });

  it('has nothing for us where no source is Debian itself', () => {
    const targets = parseIndexTargets(
      'http://mirror.example.org/ubuntu|Ubuntu|Ubuntu|noble|main|/etc/x.sources:1',
    );
    expect(pickDebianMain(targets, 'noble')).toBeUndefined();
  });
});

describe('the keyring of a source', () => {
  it('is read from a deb822 file, of the stanza with the site', () => {
    const text = [
      'Types: deb\nURIs: https://tools.example.com/deb\nSigned-By: /usr/share/keyrings/tools.gpg',
      'Types: deb\nURIs: http://mirror.example.org/debian\nSuites: trixie\nSigned-By: /usr/share/keyrings/debian.pgp',
    ].join('\n\n');
    expect(keyringFor(text, 'http://mirror.example.org/debian')).toBe('/usr/share/keyrings/debian.pgp');
  });

  it('is read from a one-line entry', () => {
    const text =
      'deb [arch=amd64 signed-by=/etc/apt/keyrings/debian.gpg] http://mirror.example.org/debian bookworm main';
    expect(keyringFor(text, 'http://mirror.example.org/debian')).toBe('/etc/apt/keyrings/debian.gpg');
  });

  it('is left open where the source names none', () => {
    expect(
      keyringFor('deb http://mirror.example.org/debian bookworm main', 'http://mirror.example.org/debian'),
    ).toBe(undefined);
  });
});

it('reads os-release with and without quotes', () => {
  const text = 'ID=debian\nVERSION_CODENAME="trixie"\n';
  expect([osReleaseValue(text, 'ID'), osReleaseValue(text, 'VERSION_CODENAME')]).toEqual([
    'debian',
    'trixie',
  ]);
  expect(osReleaseValue(text, 'NAME')).toBe('');
});
