import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from '@postel/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem, type CodeOfError } from './answer-problem.js';

/** What Nest's routes throw becomes the same problem as what our own routes throw. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly codeOf: CodeOfError,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // consumers have no answer to write: the transport sees the error itself
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    sendProblem(
      http.getResponse<FastifyReply>(),
      http.getRequest<FastifyRequest>(),
      error,
      this.logger,
      this.codeOf,
    );
  }
}
