import { execFile } from 'node:child_process';
import { access, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf } from '../startup-error.js';
import { intoCache, type Brought } from './binary-cache.js';
import {
  indexTargetFormat,
  keyringFor,
  osReleaseValue,
  parseIndexTargets,
  pickDebianMain,
  type IndexTarget,
} from './debian-sources.js';

const run = promisify(execFile);
const debianKeyrings = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/debian-archive-keyring.pgp',
  '/etc/apt/trusted.gpg.d/debian-archive-keyring.gpg',
];

export interface DebianOptions {
  readonly cacheDir: string;
  readonly onProgress: (line: string) => void;
}

/**
 * The package `nats-server` of Debian's testing suite, from the mirror that apt already uses. apt checks the
 * signatures; the package is unpacked into our cache, and nothing of the system's apt is touched or installed.
 */
export async function bringFromDebian({ cacheDir, onProgress }: DebianOptions): Promise<Brought> {
  const source = await findDebianSource();
  if (!source.ok) return source;
  onProgress("nats-server: bringing the package of Debian's testing suite by apt");
  return intoCache(cacheDir, async (scratchDir) => {
    try {
      return { ok: true, path: await downloadAndUnpack(source.entry, scratchDir) };
    } catch (error) {
      return { ok: false, reason: `apt: ${complaintOf(error)}` };
    }
  });
}

type DebianSource =
  { readonly ok: true; readonly entry: string } | { readonly ok: false; readonly reason: string };

async function findDebianSource(): Promise<DebianSource> {
  let targets: readonly IndexTarget[];
  try {
    // Before a machine's first `apt-get update` its sources have no release info, and are only listed without.
    targets = [...(await listTargets([])), ...(await listTargets(['--no-release-info']))];
  } catch (error) {
    return {
      ok: false,
      reason: reasonOf(error) === 'ENOENT' ? 'no apt on this machine' : `apt: ${complaintOf(error)}`,
    };
  }
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const codeName =
    osReleaseValue(osRelease, 'ID') === 'debian' ? osReleaseValue(osRelease, 'VERSION_CODENAME') : '';
  const target = pickDebianMain(targets, codeName);
  if (!target) return { ok: false, reason: 'apt has no source of Debian itself' };
  const keyring = await findKeyring(target);
  if (keyring === undefined) return { ok: false, reason: "no keyring of Debian's archive on this machine" };
  return { ok: true, entry: `deb [signed-by=${keyring}] ${target.site} testing main\n` };
}

async function listTargets(options: readonly string[]): Promise<IndexTarget[]> {
  const filter = ['--format', indexTargetFormat, 'Created-By: Packages'];
  return parseIndexTargets((await run('apt-get', ['indextargets', ...options, ...filter])).stdout);
}

async function findKeyring({ sourcesEntry, site }: IndexTarget): Promise<string | undefined> {
  const sourcesFile = sourcesEntry.replace(/:\d+$/, '');
  const sources = await readFile(sourcesFile, 'utf8').catch(() => '');
  const named = keyringFor(sources, site);
  for (const path of [...(named === undefined ? [] : [named]), ...debianKeyrings]) {
    const readable = await access(path).then(
      () => true,
      () => false,
    );
    if (readable) return path;
  }
  return undefined;
}

async function downloadAndUnpack(sourceEntry: string, scratchDir: string): Promise<string> {
  const sourceList = join(scratchDir, 'sources.list');
  await writeFile(sourceList, sourceEntry);
  for (const directory of ['lists/partial', 'apt-cache/archives/partial', 'unpacked']) {
    await mkdir(join(scratchDir, directory), { recursive: true });
  }
  const options = aptOptions(scratchDir, sourceList);
  const apt = { cwd: scratchDir, timeout: 90_000, env: { ...process.env, LC_ALL: 'C' } };
  await run('apt-get', [...options, 'update'], apt);
  await run('apt-get', [...options, 'download', 'nats-server'], apt);
  const packageFile = (await readdir(scratchDir)).find((name) => name.endsWith('.deb'));
  if (packageFile === undefined) throw new Error('apt-get download left no package');
  const unpacked = join(scratchDir, 'unpacked');
  await run('dpkg', ['-x', join(scratchDir, packageFile), unpacked], { timeout: 60_000 });
  return join(unpacked, 'usr', 'sbin', 'nats-server');
}

function aptOptions(scratchDir: string, sourceList: string): string[] {
  const settings = {
    'Dir::Etc::sourcelist': sourceList,
    'Dir::Etc::sourceparts': '-',
    'Dir::State::Lists': join(scratchDir, 'lists'),
    'Dir::Cache': join(scratchDir, 'apt-cache'),
    // Our own directories need no lock, and an ordinary user may not take the system's.
    'Debug::NoLocking': '1',
    // Root's apt would hand downloads to the account _apt, which may not enter our scratch directory.
    'APT::Sandbox::User': process.getuid?.() === 0 ? 'root' : '',
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '15',
    'Acquire::https::Timeout': '15',
    // Without this a failed update only warns, and the error comes later and says less.
    'APT::Update::Error-Mode': 'any',
  };
  return [
    '-q',
    ...Object.entries(settings).flatMap(([key, value]) => (value === '' ? [] : ['-o', `${key}=${value}`])),
  ];
}

function complaintOf(error: unknown): string {
  const stderr = (error as { stderr?: unknown }).stderr;
  const line =
    typeof stderr === 'string' ? stderr.split('\n').find((entry) => /^[EW]:/.test(entry)) : undefined;
  return line?.replace(/^[EW]:\s*/, '').trim() ?? reasonOf(error);
}
