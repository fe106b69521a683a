import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { firstLoad } from './first-load.ts';
import { precompress } from './precompress.ts';

/** Where a console under development finds an API: `npm start` in another terminal. */
const api = process.env['CONSOLE_API_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  resolve: { conditions: ['@postel/source', ...defaultClientConditions] },
  plugins: [react(), firstLoad({ maxBytes: 300 * 1024 }), precompress()],
  server: { proxy: { '/v1': api, '/openapi.json': api, '/docs': api } },
  build: {
    target: 'es2022',
    // the page's policy loads nothing from data: but images
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // whose code is in the files, and under which licence: part of the image's list of packages, and sent to nobody
    license: { fileName: 'licenses.json' },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // it changes when we upgrade, and not when we change a page; what pages need of Mantine goes with them
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler|react-router|@tanstack)\// },
          ],
        },
      },
    },
  },
});
