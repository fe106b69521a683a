import { emptyAppearance } from './appearance.js';
import { readFragment } from './fragment.js';
import type { SessionStore } from './kept-session.js';

/**
 * Takes what a link carries into the session, and a token out of the address at once: it is in no history, no bookmark
 * and no screenshot.
 */
export function takeFragment(
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState' | 'state'>,
  store: SessionStore,
): void {
  const { token, appearance } = readFragment(location.hash);
  const isOfALink = location.hash.includes('=');
  if (isOfALink) history.replaceState(history.state, '', location.pathname + location.search);
  const given = Object.entries(appearance).filter(([, value]) => value !== null);
  if (given.length > 0) {
    store.change({
      appearance: { ...emptyAppearance, ...store.current().appearance, ...Object.fromEntries(given) },
    });
  }
  if (token !== null) store.signIn(token);
}
