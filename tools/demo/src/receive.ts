import { coloursFor } from './print-requests/colours.js';
import { readReceiveOptions, receiveHelp, type ReceiveOptions } from './print-requests/receive-options.js';
import { startPrintingReceiver, type PrintingReceiver } from './print-requests/start-printing-receiver.js';

const read = readReceiveOptions(process.argv.slice(2));
switch (read.kind) {
  case 'help':
    console.log(receiveHelp);
    break;
  case 'wrong':
    console.error(`${read.message}. See npm run receive -- --help.`);
    process.exitCode = 2;
    break;
  case 'run':
    await run(read.options);
}

async function run(options: ReceiveOptions): Promise<void> {
  const startedMs = Date.now();
  let receiver: PrintingReceiver;
  try {
    const colours = coloursFor(process.stdout, process.env);
    receiver = await startPrintingReceiver({ options, colours, print: (text) => console.log(text) });
  } catch (error) {
    console.error(cannotListen(error, options.port));
    process.exitCode = 1;
    return;
  }
  console.log(`Receiving on ${receiver.url}/ (${secretsNote(options)}). Ctrl-C ends it.\n`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void receiver.close().then(() => {
      console.log(`\n${summary(receiver, Date.now() - startedMs)}`);
      process.exit(0);
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function secretsNote({ secrets }: ReceiveOptions): string {
  if (secrets.length === 0) return 'signatures are not checked: give --secret';
  return `signatures are checked with ${secrets.length === 1 ? 'one secret' : `${secrets.length} secrets`}`;
}

function summary({ counts }: PrintingReceiver, ranMs: number): string {
  const { requests, verified, refused, unchecked } = counts;
  const seconds = Math.round(ranMs / 1_000);
  return `${requests} ${requests === 1 ? 'request' : 'requests'} in ${seconds} s: ${verified} verified, ${refused} with a bad signature or none, ${unchecked} not checked.`;
}

function cannotListen(error: unknown, port: number): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return `Port ${port} is taken: choose another with --port.`;
  if (code === 'EACCES') return `Port ${port} is not for this user: choose one above 1023 with --port.`;
  return `Cannot listen on port ${port}: ${error instanceof Error ? error.message : String(error)}.`;
}
