import { resolve, sep } from 'node:path';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import {
  affectedTotal,
  ConfigurationError,
  describeAffected,
  describePrivacy,
  UnconfirmedChangeError,
  type NeedsConfirmation,
} from '@patchbay/core';
import { isDatabaseUnavailable } from '@patchbay/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { RETRY_AFTER_SECONDS, problem, ProblemError, type Problem } from './problem.js';

interface Answer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** True if the error is logged, because a person has to investigate it. */
  readonly fault: boolean;
}

/** Converts errors to responses. Responses never contain stack traces or messages of libraries. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /**
   * @param configDirectory folder of the configuration; this folder is removed from file names, because responses
   *   must not reveal where the hub is installed
   */
  constructor(
    private readonly logger: Logger,
    private readonly configDirectory: string,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const answer = answerFor(error);
    if (answer.fault) this.logger.error({ err: error, requestId: request.id }, 'request failed');
    void reply
      .status(answer.problem.status)
      .headers(answer.headers)
      .type('application/problem+json')
      .send(JSON.stringify(answer.problem).replaceAll(`${resolve(this.configDirectory)}${sep}`, ''));
  }
}

/** Returns the response for an error. */
export function answerFor(error: unknown): Answer {
  if (error instanceof ProblemError) {
    return { problem: problem(error.status, error.message, error.errors), headers: error.headers, fault: false };
  }
  if (error instanceof ConfigurationError) {
    const errors = error.problems.map(({ field, message, file, line }) => ({
      field,
      detail: message,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
    }));
    return {
      problem: problem(
        422,
        'The configuration was refused because of the problems in `errors`; the running configuration is unchanged. ' +
          'Correct the fields and apply again.',
        errors,
      ),
      headers: {},
      fault: false,
    };
  }
  if (error instanceof UnconfirmedChangeError) return { problem: unconfirmed(error.needs), headers: {}, fault: false };
  // Checked before database errors, because a client that disconnected has the same error code as a lost database
  // connection.
  const status = statusOf(error);
  if (status !== undefined && status >= 400 && status < 500) {
    return { problem: problem(status), headers: {}, fault: false };
  }
  if (isDatabaseUnavailable(error)) return DATABASE_UNAVAILABLE;
  return {
    problem: problem(
      500,
      'The request failed because of an internal error, which was logged. Retry; if it fails again, check the log of ' +
        'the hub.',
    ),
    headers: {},
    fault: true,
  };
}

/** Maximum number of reasons in the text of a response; `affectedDeliveries` contains all reasons. */
const MAX_NAMED = 20;

function unconfirmed(needs: NeedsConfirmation): Problem {
  const { affectedDeliveries, leavesPiiLess } = needs;
  const total = affectedTotal(needs);
  const reasons = [...affectedDeliveries.map(describeAffected), ...leavesPiiLess.map(describePrivacy)];
  const more = reasons.length > MAX_NAMED ? [`and ${reasons.length - MAX_NAMED} more`] : [];
  const confirmation = [
    ...(total > 0 ? [`atMost: ${total}`] : []),
    ...(leavesPiiLess.length > 0 ? ['confirmPrivacy: true'] : []),
  ];
  const detail =
    `The change needs a confirmation: ${[...reasons.slice(0, MAX_NAMED), ...more].join('; ')}. Nothing was ` +
    `changed. To confirm, repeat the request with ${confirmation.join(' and ')}.`;
  return { ...problem(409, detail), affectedDeliveries, leavesPiiLess };
}

const DATABASE_UNAVAILABLE: Answer = {
  problem: problem(
    503,
    'The request failed, because the database did not respond. Retry after Retry-After; after a change, first ' +
      'check if it was made.',
  ),
  headers: { 'retry-after': RETRY_AFTER_SECONDS },
  fault: true,
};

/** Reads the status of an error of Nest or Fastify. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}
