import { expect, it } from '@jest/globals';
import { RefusalError } from '@postel/http-api';
import { TenantPlaces } from './tenant-places.js';

it('leaves places for others, and gives each back once', () => {
  const places = new TenantPlaces({ maxAtOnce: 3, maxOfTenant: 2 }, 'exports');
  const leave = places.take('a');
  places.take('a');
  expect(() => places.take('a')).toThrow(RefusalError);
  places.take('b');
  expect(() => places.take('c')).toThrow(RefusalError);
  leave();
  leave();
  places.take('c');
  expect(() => places.take('a')).toThrow(RefusalError);
});
