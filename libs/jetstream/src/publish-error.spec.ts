import { expect, it } from '@jest/globals';
import { isBrokerUnavailable, publishErrorOf } from './publish-error.js';

it.each([
  ['a leader that is another by now', 400, 10176, 'batch publish is incomplete'],
  [
    'a message whose first copy is on its way to the replicas',
    400,
    10158,
    'duplicate message id is in process',
  ],
  ['a broker without room', 503, 10077, 'maximum bytes exceeded'],
])('takes %s for something that passes', (_what, code, err_code, description) => {
  expect(isBrokerUnavailable(publishErrorOf({ code, err_code, description }))).toBe(true);
});

it('takes a message that is too large for one that is never stored', () => {
  const error = publishErrorOf({
    code: 400,
    err_code: 10054,
    description: 'message size exceeds maximum allowed',
  });
  expect(error.kind).toBe('refused');
  expect(isBrokerUnavailable(error)).toBe(false);
});
