import { verifyProvider, type SourceProvider } from '@postel/signing';
import type { Checked, VerifyInput } from './check-request.js';

const signedBy: readonly (readonly [header: string, provider: SourceProvider])[] = [
  ['stripe-signature', 'stripe'],
  ['x-hub-signature-256', 'github'],
  ['x-shopify-hmac-sha256', 'shopify'],
  ['x-slack-signature', 'slack'],
];

/** Requests of others, which a source takes in: one verdict each. */
export function checkProvider(headers: Readonly<Record<string, string>>) {
  return signedBy
    .filter(([header]) => headers[header] !== undefined)
    .map(([header, provider]) => ({
      family: `of ${provider}`,
      check: ({ headers, body, secret, nowSec, toleranceSec, ignoreTime }: VerifyInput): Checked => {
        const verdict = verifyProvider({
          provider,
          signature: null,
          secrets: [secret.trim()],
          headers,
          body,
          nowSec,
          toleranceSec: ignoreTime ? Number.MAX_SAFE_INTEGER : toleranceSec,
        });
        const detail = verdict.ok ? 'matches' : verdict.message;
        return { checks: [{ ok: verdict.ok, what: `signature (${header})`, detail }], hints: [] };
      },
    }));
}
