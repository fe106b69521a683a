import { StartFault, stopOnSignal } from '@postel/process';
import { runConsoleServer } from './run-console-server.js';

try {
  const running = await runConsoleServer(process.env);
  stopOnSignal(() => running.stop());
} catch (error) {
  // what is no fault of the settings is a bug, and keeps its stack
  const lines = error instanceof StartFault ? error.lines : [String((error as Error).stack)];
  for (const line of lines) process.stderr.write(`console: ${line}\n`);
  process.exit(1);
}
