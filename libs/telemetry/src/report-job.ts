import { componentLogger, type Logger } from './logger.js';

/** Of a job after its turn: that it has ended is worth a line, and why it failed; that it goes on only to who looks for it. */
export function reportJob(turn: { readonly state: string }, logger: Logger): void {
  const level = turn.state === 'failed' ? 'warn' : turn.state === 'succeeded' ? 'info' : 'debug';
  componentLogger(logger, 'jobs')[level](turn, 'job');
}
