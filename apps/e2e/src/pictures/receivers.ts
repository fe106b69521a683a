import type { NamedAnswerer } from './named-receivers.js';

/** How fast the receivers answer: about so long, never twice the same. */
const around = (ms: number, requestNumber: number) => ms * (0.7 + ((requestNumber * 37) % 61) / 100);

const noSuchOrder = JSON.stringify({
  error: 'unknown_order',
  message: 'No order with this id was ever handed to the warehouse',
});
const starting = JSON.stringify({ error: 'starting', message: 'The warehouse is being restarted' });

/** In what way each of them takes what it is sent. */
export const receivers: Readonly<Record<string, NamedAnswerer>> = {
  'api.acme.example': (n) => ({ delayMs: around(35, n) }),
  'billing.acme.example': (n) =>
    n % 12 === 5
      ? { status: 503, body: '{"error":"deploying"}', delayMs: 8 }
      : { status: 202, delayMs: around(70, n) },
  'hooks.crm.example': (n) => (n % 9 === 4 ? 'hang' : { delayMs: around(420, n) }),
  'warehouse.acme.example': (n, attempt) => {
    if (attempt > 1) return { status: 422, body: noSuchOrder, delayMs: around(20, n) };
    return n % 3 === 1 ? { status: 503, body: starting, delayMs: 9 } : { delayMs: around(55, n) };
  },
  'legacy.acme.example': () => ({ status: 503, body: '{"error":"maintenance"}', delayMs: 15 }),
  'feed.partner.example': () => ({ status: 410, body: '{"error":"account closed"}' }),
  'staging.acme.example': () => ({}),
  'hooks.globex.example': (n) => ({ delayMs: around(48, n) }),
  'erp.globex.example': () => ({ status: 500, body: '{"error":"no space left on device"}', delayMs: 30 }),
  'events.initech.example': (n) => ({ delayMs: around(28, n) }),
};
