import { Command } from 'commander';
import { addApiKeys } from './api-keys/api-keys.command.js';
import { addCompletionCommand } from './completion/completion.command.js';
import { addDeadLetters } from './dead-letters/dead-letters.command.js';
import { addDeliveries } from './deliveries/deliveries.command.js';
import { addDoctor } from './doctor/doctor.command.js';
import { addEndpoints } from './endpoints/endpoints.command.js';
import { addEvents } from './events/events.command.js';
import { addEventTypes } from './event-types/event-types.command.js';
import { addExplain } from './explain/explain.command.js';
import { addFigures } from './figures/figures.command.js';
import { addJobs } from './jobs/jobs.command.js';
import { addLogin } from './login/login.command.js';
import { addListen } from './listen/listen.command.js';
import { addPortalTokens } from './portal-tokens/portal-tokens.command.js';
import { addRecover } from './recover/recover.command.js';
import { addSend } from './send/send.command.js';
import { addSources } from './sources/sources.command.js';
import { addTail } from './tail/tail.command.js';
import { addTenants } from './tenants/tenants.command.js';
import type { Terminal } from './terminal/terminal.js';
import { addVerify } from './verify/verify.command.js';
import { cliVersion } from './version.js';

/** The whole tree of commands, for this terminal. Nothing runs until it is told to parse. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('postel')
    .description('Publish events, follow their deliveries, and have them at your own machine.')
    .version(cliVersion)
    .option('--url <url>', 'address of the API (POSTEL_URL)')
    .option(
      '--token <token>',
      'admin token, API key or portal token (better POSTEL_TOKEN: arguments are seen by others)',
    )
    .option('--tenant <id>', 'with the admin token: for which tenant (POSTEL_TENANT)')
    .option('--profile <name>', 'what `postel login` kept under this name')
    .option('--json', 'JSON, for scripts')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ writeErr: (text) => terminal.warn(text.trimEnd()) })
    .showSuggestionAfterError(true)
    .exitOverride();
  addLogin(program, terminal);
  addSend(program, terminal);
  addListen(program, terminal);
  addTail(program, terminal);
  addEndpoints(program, terminal);
  addDeliveries(program, terminal);
  addEvents(program, terminal);
  addDeadLetters(program, terminal);
  addExplain(program, terminal);
  addRecover(program, terminal);
  addJobs(program, terminal);
  addFigures(program, terminal);
  addEventTypes(program, terminal);
  addSources(program, terminal);
  addTenants(program, terminal);
  addApiKeys(program, terminal);
  addPortalTokens(program, terminal);
  addVerify(program, terminal);
  addDoctor(program, terminal);
  addCompletionCommand(program);
  return program;
}
