import * as config from '@postel/config';
import type { SettingGroup } from '@postel/config';
import { routes } from '@postel/contracts';
import { describe, expect, it } from '@jest/globals';
import { referencePage, referencePages } from './reference-pages.js';
import { readRepositoryFile, repositoryFiles } from './repository.js';
import { consoleServer, serviceNames, servicePorts, settingGroups } from './services.js';

const sourceOfConsole = readRepositoryFile('apps/console-server/src/settings.ts');

describe('what is generated', () => {
  it.each(referencePages)(
    '%s is what the code says (node tools/checks/dist/generate-reference.js)',
    async (path) => {
      expect(readRepositoryFile(path)).toBe(await referencePage(path));
    },
  );

  it('has every group of settings', () => {
    const exported = Object.keys(config).filter(
      (name) => /^[a-z]+Settings$/.test(name) && name !== 'readSettings',
    );
    expect(settingGroups).toHaveLength(exported.length);
  });

  it('has every variable that some source file names', () => {
    const page = readRepositoryFile('docs/reference/settings.md');
    const sources = repositoryFiles().filter(
      (path) =>
        /^(apps|libs|tools)\/.*\.(ts|mjs)$/.test(path) &&
        !/\.spec\.ts$|^(apps\/e2e|libs\/testing)\//.test(path),
    );
    const named = new Set(
      sources.flatMap((path) =>
        [
          ...readRepositoryFile(path).matchAll(
            /\b(POSTEL_[A-Z_]+[A-Z]|NATS_(?:URL|CREDS|CA|CERT|KEY)|DATABASE_URL)\b/g,
          ),
        ].map(([name]) => name),
      ),
    );
    expect([...named].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('names every route', () => {
    const page = readRepositoryFile('docs/reference/api.md');
    expect(routes.filter(({ path }) => !page.includes(`${path}\``)).map(({ path }) => path)).toEqual([]);
  });

  it('has the ports of the console’s own server, and what that reads', () => {
    const { api, metrics } = servicePorts[consoleServer];
    expect(sourceOfConsole).toContain(`{ port: ${api}, metricsPort: ${metrics} }`);
    const used = new Set(
      sourceOfConsole.match(/\b[a-z]+Settings(?=[,(])/g)?.filter((name) => name in config),
    );
    used.delete('readSettings');
    const groups: Readonly<Record<string, unknown>> = { ...config };
    const ports = { port: 0, metricsPort: 0 };
    const read = [...used].flatMap((name) =>
      variablesOf(name === 'listenSettings' ? config.listenSettings(ports) : (groups[name] as SettingGroup)),
    );
    const documented = settingGroups.filter(({ services }) => services.includes(consoleServer));
    expect(documented.flatMap(({ settings }) => variablesOf(settings)).sort()).toEqual(read.sort());
  });

  describe.each(serviceNames)('of the service %s', (name) => {
    const source = readRepositoryFile(`apps/${name}/src/${name}.service.ts`);

    it('has its ports', () => {
      const { api, metrics } = servicePorts[name];
      expect(source).toContain(`ports: { api: ${api}, metrics: ${metrics} }`);
    });

    it('has what it reads', () => {
      const declared = settingGroups.filter(
        ({ declaredAs }) => declaredAs !== null && source.includes(declaredAs),
      );
      const documented = settingGroups.filter(
        ({ declaredAs, services }) => declaredAs !== null && services.includes(name),
      );
      expect(declared).toEqual(documented);
    });
  });
});

function variablesOf(group: SettingGroup): string[] {
  return Object.values(group).map(({ variable }) => variable);
}
