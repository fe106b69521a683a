import { describe, expect, it } from '@jest/globals';
import { locatePrometheus } from '@postel/testing';
import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { documentedMetrics } from '../metric-sources.js';
import { readRepositoryFile, repositoryFiles, repositoryRoot } from '../repository.js';
import {
  casesDirectory,
  readCases,
  readRules,
  rulesPath,
  runbookOf,
  runbooksDirectory,
  seriesOf,
} from './rule-file.js';

const { alerts, records } = readRules();
const alertNames = [...new Set(alerts.map(({ alert }) => alert))];
const caseFiles = repositoryFiles().filter((path) => path.startsWith(`${casesDirectory}/`));
const cases = caseFiles.flatMap(readCases);

const programs = await locatePrometheus();
const skipped = ' (skipped: Prometheus is neither on the PATH nor to be had by apt)';
if (!programs) console.warn(`promtool${skipped}`);
const withPromtool = programs ? it : it.skip;

/** It evaluates every rule at every step: seconds of a core. */
const patienceMs = 120_000;

async function promtool(...args: string[]): Promise<string> {
  const tool = programs?.promtool ?? '';
  const said = await promisify(execFile)(tool, args, { cwd: repositoryRoot }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return said.stdout + said.stderr;
}

describe('the rules for Prometheus', () => {
  withPromtool(`are understood by it${programs ? '' : skipped}`, async () => {
    const said = await promtool('check', 'config', 'deploy/prometheus/prometheus.yml');
    expect(said).toContain(`${alerts.length + records.length} rules found`);
    expect(said).not.toContain('FAILED');
  });

  withPromtool.each(caseFiles)(
    `fire when they should, and only then: %s${programs ? '' : skipped}`,
    async (path) => {
      expect(await promtool('test', 'rules', path)).toMatch(/SUCCESS\s*$/);
    },
    patienceMs,
  );

  it('are each tried where they fire and where they do not', () => {
    const expected = alertNames.flatMap((alert) => [`${alert} fires`, `${alert} is quiet`]);
    const tried = new Set(cases.map(({ alert, fires }) => `${alert} ${fires ? 'fires' : 'is quiet'}`));
    expect(expected.filter((each) => !tried.has(each))).toEqual([]);
  });

  it('ask for nothing that Postel does not have', () => {
    const labelsOf = new Map(documentedMetrics().map(({ name, labels }) => [name, labels]));
    const recorded = new Set(records.map(({ record }) => record));
    const ofTheScrape = ['job', 'instance', 'namespace'];
    const asked = [...alerts, ...records].flatMap(({ expr }) => seriesOf(expr));
    const unknown = asked.flatMap(({ name, labels }) => {
      const known = recorded.has(name) ? [] : labelsOf.get(name.replace(/_(bucket|sum|count)$/, ''));
      if (!known) return [name];
      return labels
        .filter((label) => ![...known, ...ofTheScrape].includes(label))
        .map((label) => `${name}{${label}}`);
    });
    expect(asked.length).toBeGreaterThan(50);
    expect(unknown).toEqual([]);
  });

  it('say how bad it is, what it is, and what to do', () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(labels['severity']).toMatch(/^(critical|warning)$/);
      expect(annotations['summary']?.length).toBeLessThan(120);
      expect(annotations['description']?.length).toBeGreaterThan(60);
      expect(annotations['runbook_url']).toBe(`{{ $externalLabels.runbook_base }}${runbookOf(alert)}`);
    }
  });
});

describe('the runbooks', () => {
  const pages = repositoryFiles().filter(
    (path) => path.startsWith(`${runbooksDirectory}/`) && basename(path) !== 'README.md',
  );

  it('are one for each alert, and each is in the list', () => {
    expect(pages).toEqual(alertNames.map(runbookOf).sort());
    const list = readRepositoryFile(join(runbooksDirectory, 'README.md'));
    expect(pages.filter((page) => !list.includes(`(${basename(page)})`))).toEqual([]);
  });

  it.each(pages)('%s has the five parts', (page) => {
    const text = readRepositoryFile(page);
    expect(text.match(/^## .+$/gm)).toEqual([
      '## What it means',
      '## What users notice',
      '## First look',
      '## What to do',
      '## When it is over',
    ]);
    expect(text.split('## First look')[1]?.split('\n## ')[0]).toContain('```');
  });

  it('name only metrics that there are', () => {
    const known = new Set(documentedMetrics().map(({ name }) => name));
    const named = pages.flatMap((page) => seriesOf(readRepositoryFile(page)).map(({ name }) => name));
    // a pattern for grep ends where its names part
    expect(named.filter((name) => ![...known].some((each) => each.startsWith(name)))).toEqual([]);
  });
});
