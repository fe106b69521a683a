import { expect, it } from '@jest/globals';
import { listenSettings } from './groups.js';
import { readSettings } from './read-settings.js';

const read = (POSTEL_LOG_LEVELS: string) => {
  const answer = readSettings({ POSTEL_LOG_LEVELS }, { listen: listenSettings({ port: 1, metricsPort: 2 }) });
  return answer.ok ? answer.settings.listen.logLevels : answer.faults;
};

it('reads levels of services and components', () => {
  expect(read('')).toEqual({});
  expect(read('deliverer=debug, http=warn,ingest.http=trace,')).toEqual({
    deliverer: 'debug',
    http: 'warn',
    'ingest.http': 'trace',
  });
});

it.each([
  ['deliver=debug', '"deliver=debug" names no service (ingest,'],
  ['deliverer=verbose', '"deliverer=verbose" has none of the levels fatal,'],
  ['debug', '"debug" is not name=level'],
  ['http.ingest=debug', 'names no service'],
  ['ingest.http.x=debug', 'names no service'],
  ['http=info,http=warn', '"http" is there twice'],
])('says in one line what is wrong with %s', (text, fault) => {
  const faults = read(text);
  expect(faults).toEqual([expect.stringContaining(fault)]);
  expect((faults as string[])[0]).toMatch(/^POSTEL_LOG_LEVELS: [^\n]*$/);
});
