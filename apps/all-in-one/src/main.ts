import { faultLines, stopOnSignal } from '@postel/service-host';
import { startAllInOne } from './all-in-one.js';
import { Progress } from './progress.js';

const progress = new Progress(process.stdout);

// `npm start | head` closes our output: that is no reason to leave servers behind
process.stdout.on('error', () => undefined);

// from the first moment: a Ctrl-C while it starts must not leave servers behind
const starting = startAllInOne({
  env: process.env,
  onProgress: (line) => progress.step(line),
  onNotice: (line) => progress.line(`! ${line}`),
  onBeyondRepair: (line) => fail(() => (progress.line(`! ${line}. Start Postel again.`), stop())),
});
let interrupted = false;
const stop = async () => {
  interrupted = true;
  progress.line('\nStopping: what is in flight is finished first.');
  await starting.then((postel) => postel.stop()).catch(() => undefined); // what could not start has cleaned up
  progress.line('Stopped. The data stays where it is.');
};
const fail = stopOnSignal(stop);

try {
  const postel = await starting;
  if (!interrupted) progress.line(welcome(postel));
} catch (error) {
  for (const line of faultLines(error)) progress.line(`Postel cannot start: ${line}`);
  if (!interrupted) process.exit(1);
}

function welcome({
  apiUrl,
  natsUrl,
  adminToken,
  hasConsole,
  logFile,
}: Awaited<ReturnType<typeof startAllInOne>>): string {
  const json = `-H 'content-type: application/json'`;
  const auth = `-H 'authorization: Bearer ${adminToken}'`;
  const link = `${apiUrl}/#token=${encodeURIComponent(adminToken)}`;
  const toConsole = hasConsole ? `\n  Console      ${link}   (signs you in)` : '';
  return `
Postel is ready.
${toConsole}
  API          ${apiUrl}   (${apiUrl}/openapi.json)
  NATS         ${natsUrl}
  Admin token  ${adminToken}
  Log          ${logFile}

Try it, in another terminal: a receiver, an endpoint for it, an event.

  npm run receive -- --port 9000
  curl -s ${apiUrl}/v1/endpoints ${auth} ${json} -d '{"url":"http://127.0.0.1:9000/","events":["order.*"]}'
  curl -s ${apiUrl}/v1/events ${auth} ${json} -d '{"type":"order.created","data":{"object":{"id":"ord_1","amount":9999}}}'
  curl -s ${apiUrl}/v1/deliveries ${auth}

Ctrl-C stops it; the data stays.`;
}
