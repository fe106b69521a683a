import { verify } from '@postel/signing';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';

export type SignatureFamily = 'standard' | 'timestamp-hex' | 'body-hex';

export interface SignatureCheck {
  readonly family: SignatureFamily;
  readonly ok: boolean;
  /** Why not. */
  readonly message: string;
}

/**
 * One answer for each header family that the request carries; none for an unsigned one. The standard family is checked
 * by the npm package `standardwebhooks`, as a stranger would.
 */
export function checkSignatures(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secrets: readonly string[],
  nowSec: number,
): SignatureCheck[] {
  const checks: SignatureCheck[] = [];
  if (headers['webhook-signature'] !== undefined) checks.push(checkStandard(headers, body, secrets));
  const hex = headers['x-webhook-signature'];
  if (hex !== undefined) {
    const family = String(hex).includes('v1=') ? 'timestamp-hex' : 'body-hex';
    const checked = verify({ scheme: family, secrets, headers, body, nowSec });
    checks.push({ family, ok: checked.ok, message: checked.ok ? '' : checked.message });
  }
  return checks;
}

function checkStandard(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secrets: readonly string[],
): SignatureCheck {
  let message = '';
  for (const secret of secrets) {
    try {
      new Webhook(secret).verify(body, headers as Record<string, string>, { jsonParse: false });
      return { family: 'standard', ok: true, message: '' };
    } catch (error) {
      message = error instanceof Error ? error.message : String(error);
    }
  }
  return { family: 'standard', ok: false, message };
}
