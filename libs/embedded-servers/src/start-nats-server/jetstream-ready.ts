import { connect } from 'node:net';

/**
 * Asks the server once whether JetStream answers, in NATS's own protocol: this library has no client to do it
 * with. Where the server wants a login, its greeting has to do.
 */
export function isJetStreamReady(host: string, port: number, timeoutMs = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.setTimeout(timeoutMs);
    socket.setEncoding('utf8');
    const settle = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    let received = '';
    let asked = false;
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (!asked && received.includes('\r\n')) {
        const greeting = parseGreeting(received);
        if (!greeting?.jetstream) return settle(false);
        if (greeting.loginRequired) return settle(true);
        asked = true;
        received = '';
        socket.write(
          'CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\nSUB _INBOX.ready 1\r\nPUB $JS.API.INFO _INBOX.ready 0\r\n\r\n',
        );
      } else if (asked && received.includes('io.nats.jetstream.api.v1.account_info_response')) {
        settle(!received.includes('"error"'));
      }
    });
  });
}

function parseGreeting(text: string): { jetstream: boolean; loginRequired: boolean } | undefined {
  const line = text.slice(0, text.indexOf('\r\n'));
  if (!line.startsWith('INFO ')) return undefined;
  const info = JSON.parse(line.slice(5)) as { jetstream?: boolean; auth_required?: boolean };
  return { jetstream: info.jetstream === true, loginRequired: info.auth_required === true };
}
