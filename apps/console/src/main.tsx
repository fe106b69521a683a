import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/console.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.js';
import { SessionStore, storageOfTab } from './session/kept-session.js';
import { takeFragment } from './session/take-fragment.js';

const store = new SessionStore(storageOfTab());
takeFragment(window.location, window.history, store);

// a link that is opened in a tab that is already here changes nothing but the fragment
window.addEventListener('hashchange', () => takeFragment(window.location, window.history, store));

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App store={store} />
  </StrictMode>,
);
