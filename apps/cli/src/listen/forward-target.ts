import { usageFailure } from '../fail/command-failure.js';

/**
 * Where to forward to: `http://localhost:3000/webhooks`, or short `localhost:3000/webhooks`, `3000`, `3000/webhooks`.
 * @throws {CommandFailure}
 */
export function forwardTarget(text: string): string {
  const whole = /^\d{1,5}(\/|$)/.test(text)
    ? `http://localhost:${text}`
    : /^https?:\/\//i.test(text)
      ? text
      : `http://${text}`;
  if (!URL.canParse(whole)) {
    throw usageFailure(`"${text}" is no address to forward to`, 'such as http://localhost:3000/webhooks');
  }
  return new URL(whole).href;
}
