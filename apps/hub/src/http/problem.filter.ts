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
import { RETRY_AFTER_SECONDS } from './database-unavailable.js';
import { problem, ProblemError, type Problem } from './problem.js';

interface Answer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** True where a person has to look into it. */
  readonly fault: boolean;
}

/** The one place where errors become answers. No stack trace and no foreign text ever leaves by it. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /** @param configDirectory cut off in front of file names: answers must not say where the hub is installed */
  constructor(
    private readonly logger: Logger,
    private readonly configDirectory: string,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const answer = answerFor(error);
    if (answer.fault) this.logger.error({ err: error, requestId: request.id }, 'a request failed');
    void reply
      .status(answer.problem.status)
      .headers(answer.headers)
      .type('application/problem+json')
      .send(JSON.stringify(answer.problem).replaceAll(`${resolve(this.configDirectory)}${sep}`, ''));
  }
}

/** Which answer an error gets. */
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
      problem: problem(422, 'The configuration was refused; what runs goes on.', errors),
      headers: {},
      fault: false,
    };
  }
  if (error instanceof UnconfirmedChangeError) return { problem: unconfirmed(error.needs), headers: {}, fault: false };
  // Before the database's: a caller who hung up has the code of a connection that broke, too.
  const status = statusOf(error);
  if (status !== undefined && status >= 400 && status < 500) {
    return { problem: problem(status), headers: {}, fault: false };
  }
  if (isDatabaseUnavailable(error)) return DATABASE_UNAVAILABLE;
  return { problem: problem(500, 'Something failed here. It has been logged.'), headers: {}, fault: true };
}

/** Destinations that an answer names in its text; `affectedDeliveries` has all. */
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
    `This needs a confirmation: ${[...reasons.slice(0, MAX_NAMED), ...more].join('; ')}. Nothing was changed. ` +
    `To confirm, repeat it with ${confirmation.join(' and ')}.`;
  return { ...problem(409, detail), affectedDeliveries, leavesPiiLess };
}

const DATABASE_UNAVAILABLE: Answer = {
  problem: problem(
    503,
    'The database did not answer. Try again; if this was a change, look first whether it was made.',
  ),
  headers: { 'retry-after': RETRY_AFTER_SECONDS },
  fault: true,
};

/** Nest's and Fastify's own errors say their status, each in its way. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}
