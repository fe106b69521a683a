import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What a worker process does when it is asked: each a function of one plain value. */
export type Commands = { [name: string]: (input: never) => Promise<unknown> };

interface Call {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

type Reply =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly fault: string };

/** In the worker: answers calls one by one or side by side, and ends with the process that made it. */
export function serveCommands(commands: Commands): void {
  process.on('message', (call: Call) => {
    const command = commands[call.name] as ((input: unknown) => Promise<unknown>) | undefined;
    const send = (reply: Reply) => process.send?.(reply);
    if (!command) return void send({ id: call.id, fault: `no command ${call.name}` });
    command(call.input).then(
      (result) => send({ id: call.id, result }),
      (error: unknown) =>
        send({ id: call.id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
  // Ctrl-C, and what `timeout` sends, reach the whole group: who made us ends us, when it is done with us
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined);
}

/** A worker process, from the outside. */
export class Worker<C extends Commands> {
  private readonly calls = new Map<number, (reply: Reply) => void>();
  private lastId = 0;

  private constructor(
    private readonly child: ChildProcess,
    readonly pid: number,
  ) {
    child.on('message', (reply: Reply) => {
      this.calls.get(reply.id)?.(reply);
      this.calls.delete(reply.id);
    });
    child.on('exit', () => {
      for (const [id, answer] of this.calls) answer({ id, fault: this.ended().message });
      this.calls.clear();
    });
  }

  /** @throws when the process cannot be started */
  static start<C extends Commands>(module: string | URL): Worker<C> {
    const child = fork(module, { serialization: 'advanced', execArgv: ['--enable-source-maps'] });
    if (child.pid === undefined) throw new Error(`cannot start ${String(module)}`);
    return new Worker<C>(child, child.pid);
  }

  /** Rejects when the worker ends, or has ended. */
  call<Name extends keyof C & string>(name: Name, input: Parameters<C[Name]>[0]): ReturnType<C[Name]> {
    if (this.hasEnded) return Promise.reject(this.ended()) as ReturnType<C[Name]>;
    const id = (this.lastId += 1);
    const answer = new Promise((resolve, reject) => {
      this.calls.set(id, (reply) =>
        'fault' in reply ? reject(new Error(reply.fault)) : resolve(reply.result),
      );
      this.child.send({ id, name, input } satisfies Call);
    });
    return answer as ReturnType<C[Name]>;
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL'); // what it keeps is on the disk by now
    await ended;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private ended(): Error {
    return new Error(`the worker ended (${this.child.exitCode ?? this.child.signalCode})`);
  }
}
