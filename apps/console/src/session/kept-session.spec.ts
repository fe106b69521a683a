import { expect, it } from '@jest/globals';
import { SessionStore } from './kept-session.js';

it('signs out whose token is refused, and not who has another by now', () => {
  const store = new SessionStore(null);
  store.signIn('old');
  store.signIn('new');
  store.refused('old');
  expect(store.current()).toMatchObject({ token: 'new', ended: null });
  store.refused('new');
  expect(store.current()).toMatchObject({ token: null, ended: 'refused' });
});
