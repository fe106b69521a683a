import { freePort, waitUntil } from '@postel/testing';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { adminToken, type RunningPostel } from '../harness/fleet.js';
import { repositoryRoot, type Block } from './fenced-blocks.js';
import { differences, readShown } from './shown-answer.js';
import { Foreground, Terminal, type CurlAnswer } from './terminal.js';

const run = promisify(execFile);

/** Someone who goes through a page from its top, in one terminal and in others for what has to run beside it. */
export class Reader {
  readonly receiverUrl: string;
  private readonly terminal: Terminal;
  private readonly answers: CurlAnswer[] = [];
  private receiver: Foreground | null = null;

  private constructor(
    readonly fleet: RunningPostel,
    private readonly receiverPort: number,
    setsToken: boolean,
  ) {
    this.receiverUrl = `http://127.0.0.1:${receiverPort}`;
    // from the README, as the pages have it that do not say so themselves
    this.terminal = new Terminal(setsToken ? {} : { TOKEN: adminToken });
  }

  static async open(fleet: RunningPostel, blocks: readonly Block[]): Promise<Reader> {
    const setsToken = blocks.some(({ text }) => text.includes('export TOKEN='));
    return new Reader(fleet, await freePort(), setsToken);
  }

  /** What a page says of a machine that is not this one: all that is changed in its blocks. */
  private inPlace(text: string): string {
    return text
      .replaceAll('http://127.0.0.1:8080', this.fleet.api.url)
      .replaceAll('nats://127.0.0.1:4222', this.fleet.nats.url)
      .replaceAll(/\b9000\b/g, String(this.receiverPort))
      .replaceAll('pat_…', adminToken)
      .replaceAll(/\b([a-z]+_)…/g, (_, prefix: string) => this.answered(prefix));
  }

  /** The id or secret that the last answer with one of the kind had; as it stands, when there was none yet. */
  private answered(prefix: string): string {
    const kind = RegExp(`"(${prefix}[\\w+/=-]+)"`);
    const found = this.answers.findLast(({ body }) => kind.test(body));
    return kind.exec(found?.body ?? '')?.[1] ?? `${prefix}…`;
  }

  /**
   * Types a block, one command after the other, for the next may name what this one was answered; and holds the last
   * answer to what the page shows, the others and where it shows nothing to a success.
   */
  async type(block: Block): Promise<void> {
    if (block.text.includes('ep_…')) await this.haveEndpoint();
    const commands = block.text.split(/^(?=curl |call |npm run receive )/m);
    for (const [index, command] of commands.entries()) {
      const shown = index === commands.length - 1 ? block.shown : null;
      const step = () => this.typeCommand(command, shown === null ? null : readShown(shown));
      const patience = { timeoutMs: 60_000, describe: `what is shown, by ${block.page}:${block.line}` };
      // views lag a little, so one asks again
      await (isQuestion(command) ? waitUntil(() => step().then(() => true), patience) : step());
    }
  }

  private async typeCommand(command: string, shown: ReturnType<typeof readShown> | null): Promise<void> {
    if (command.startsWith('npm run receive')) return this.startReceiver(command.trim());
    const answers = await this.terminal.type(this.inPlace(command));
    if (answers.length === 0 && isRequest(command)) throw new Error(`Nothing answered ${command}`);
    const faults = answers.flatMap((answer) => faultsOf(answer, shown));
    if (faults.length > 0) throw new Error(`${this.inPlace(command)}${faults.join('\n')}`);
    this.answers.push(...answers);
    for (const { body } of answers) await this.seeArrive(body);
  }

  private async haveEndpoint(): Promise<void> {
    if (this.answers.some(({ body }) => body.includes('"ep_'))) return;
    const body = JSON.stringify(await this.fleet.api.createEndpoint({ url: this.receiverUrl }));
    this.answers.push({ status: 201, body });
  }

  private async startReceiver(command: string): Promise<void> {
    await this.receiver?.stop();
    const [program, ...args] = this.inPlace(
      command.replace('npm run receive --', 'tools/demo/dist/receive.js'),
    ).split(/ +/);
    const receiver = new Foreground([process.execPath, program ?? '', ...args]);
    this.receiver = receiver;
    await waitUntil(() => receiver.output().includes('Receiving on'), {
      describe: `the receiver to be there: ${command}`,
    });
  }

  /** What the receiver printed since it was started. */
  received(): string {
    return this.receiver?.output() ?? '';
  }

  async seeReceived(what: string | RegExp): Promise<void> {
    await waitUntil(() => this.received().search(what) !== -1, {
      timeoutMs: 60_000,
      describe: `the receiver to print ${String(what)}, and not\n${this.received()}`,
    });
  }

  /** A reader watches a new event come before the receiver is stopped. */
  private async seeArrive(answer: string): Promise<void> {
    const accepted = /^\{"id":"([^"]+)".*"duplicate":false/.exec(answer);
    if (this.receiver && accepted) await this.seeReceived(accepted[1] ?? '');
  }

  /** Runs a program that the page says to save in the clone. @returns what it printed @throws when it complained */
  async runProgram(text: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { stdout, stderr } = await run(
      process.execPath,
      ['--input-type=module', '-e', this.inPlace(text)],
      {
        cwd: repositoryRoot,
        env: { PATH: process.env['PATH'], ...env },
        timeout: 60_000,
      },
    );
    if (stderr !== '') throw new Error(stderr);
    return stdout;
  }

  /** The same for one that runs until it is stopped. */
  startProgram(text: string, env: Readonly<Record<string, string>>): Foreground {
    return new Foreground([process.execPath, '--input-type=module', '-e', this.inPlace(text)], env);
  }

  async stopReceiver(): Promise<void> {
    await this.receiver?.stop();
    this.receiver = null;
  }

  async close(): Promise<void> {
    await this.stopReceiver();
    await this.terminal.close();
  }
}

const isRequest = (command: string) => /^(curl|call) /.test(command);

const isQuestion = (command: string) => isRequest(command) && !/ -[dX] /.test(command);

/** An answer that is shown as a problem has the problem's status; everything else succeeds. */
function faultsOf({ status, body }: CurlAnswer, shown: ReturnType<typeof readShown> | null): string[] {
  const problem = shown !== null && typeof shown === 'object' && 'code' in shown ? shown['status'] : null;
  const asExpected = problem === null ? status >= 200 && status < 300 : status === problem;
  if (!asExpected) return [`answered ${status} ${body}`];
  return shown === null ? [] : differences(shown, JSON.parse(body));
}
