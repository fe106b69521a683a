import { describe, expect, it } from '@jest/globals';
import { routes } from '@postel/contracts';
import { builtManifests, skipped } from './build-for-tests.js';
import { servedBy } from './front-door.js';
import { nameOf } from './objects.js';

const withKubectl = skipped === '' ? describe : describe.skip;
const addresses = routes.map(({ path }) => path.replaceAll(/\{\w+\}/g, 'x_1'));

withKubectl.each(['production', 'by an HTTPRoute, CPU and CloudNativePG'])(
  `the front door of %s${skipped}`,
  (name) => {
    const objects = builtManifests(name);
    const servedFor = (path: string) => servedBy(objects, path);

    it('leads to ingest whatever is a route of the API', () => {
      expect(addresses).toContain('/openapi.json');
      expect(addresses.filter((path) => servedFor(path) !== 'ingest')).toEqual([]);
      expect(['/v1', '/v1/no-such-route', '/webhooks'].map(servedFor)).toEqual(Array(3).fill('ingest'));
    });

    it.each(['/', '/endpoints', '/deliveries/dlv_1', '/assets/index-x1.js', '/postel.svg', '/docs-of-mine'])(
      'leads to the console with %s',
      (path) => {
        expect(servedFor(path)).toBe('console');
      },
    );
  },
);

withKubectl.each(['without the console', 'without the console, by an HTTPRoute'])(
  `the front door %s${skipped}`,
  (name) => {
    it('leads to ingest alone, and nothing of the console is there', () => {
      const objects = builtManifests(name);
      for (const path of [...addresses, '/', '/endpoints']) expect(servedBy(objects, path)).toBe('ingest');
      expect(objects.map(nameOf).filter((object) => object.endsWith(' console'))).toEqual([]);
    });
  },
);

it('has no front door without a component for one', () => {
  expect(servedBy(builtManifests('dev'), '/v1/events')).toBe(null);
});
