import type { Sender, SenderOptions, SendRequest, SendResult } from '../send.js';
import { createSender } from '../sender.js';

export interface SpecSender {
  readonly sender: Sender;
  post(url: string, overrides?: Partial<SendRequest>): Promise<SendResult>;
}

/** A sender that may reach loopback, with requests that need no filling in. */
export function specSender(options: Partial<SenderOptions> = {}): SpecSender {
  const sender = createSender({ allowCidrs: ['127.0.0.0/8', '::1/128'], allowHttp: true, ...options });
  return {
    sender,
    post: (url, overrides) =>
      sender.send({
        url,
        headers: { 'content-type': 'application/json' },
        body: new TextEncoder().encode('{"id":"evt_1"}'),
        timeoutMs: 20_000,
        ...overrides,
      }),
  };
}
