import { expect, it } from '@jest/globals';
import { asWritten } from './as-written.js';

it.each([
  '{"id":12345678901234567890,"rate":1.10,"small":1e-7,"n":5}',
  '[-0,1.0,{"deep":[9007199254740993]}]',
  '{"text":"1.10","none":null,"yes":true}',
])('%s stays as it was written', (text) => {
  expect(JSON.stringify(JSON.parse(text, asWritten))).toBe(text);
});
