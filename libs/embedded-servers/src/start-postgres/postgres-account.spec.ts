import { expect, it } from '@jest/globals';
import { parseAccount } from './postgres-account.js';

const passwd =
  'root:x:0:0:root:/root:/bin/sh\nnobody:*:-2:-2:Nobody:/var/empty:/usr/bin/false\npostgres:x:101:104::/:/bin/sh\n';

it('reads an account of the machine, the negative one of macOS too', () => {
  expect(parseAccount(passwd, 'postgres')).toEqual({ uid: 101, gid: 104 });
  expect(parseAccount(passwd, 'nobody')).toEqual({ uid: -2, gid: -2 });
  expect(parseAccount(passwd, 'postgre')).toBeUndefined();
});
