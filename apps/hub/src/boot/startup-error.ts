import { ConfigurationError } from '@patchbay/core';

/** Step of the start that failed. The step determines which variable caused an error code. */
export type BootStep = 'database' | 'listening';

/** Variable with an address of the database. */
export type DatabaseVariable = 'DATABASE_URL' | 'DATABASE_DIRECT_URL';

/** The variable that caused an error, the problem of its value, and the fix. */
type VariableProblem = readonly [variable: string, wrong: string, hint: string];

const database = (wrong: string, hint: string): VariableProblem => ['DATABASE_URL', wrong, hint];
const NO_SUCH_HOST = database('its host name cannot be resolved', 'Correct the host name');
const NO_ROUTE = database('its host is unreachable', 'Correct the host, or fix the network route to it');
const NO_ANSWER = database(
  'its host did not answer in time',
  'Correct the host and port, or allow the connection in the firewall',
);

const NOT_LOCAL: VariableProblem = [
  'HOST',
  'it is not an address of this machine',
  'Set an address of this machine, 0.0.0.0 for all its addresses, or 127.0.0.1 for local access only',
];
const PORT_IN_USE: VariableProblem = [
  'PORT',
  'another program already listens on this port',
  'Stop that program, or set another port; the default is 3000',
];

/** Advice for each error code of Node.js and PostgreSQL, by step of the start. */
const ADVICE_BY_CODE: Readonly<Record<BootStep, ReadonlyMap<string, VariableProblem>>> = {
  database: new Map([
    ['ECONNREFUSED', database('no database listens on its host and port', 'Start it, or correct the host and port')],
    ['ENOTFOUND', NO_SUCH_HOST],
    ['EAI_AGAIN', NO_SUCH_HOST],
    ['EHOSTUNREACH', NO_ROUTE],
    ['ENETUNREACH', NO_ROUTE],
    ['ETIMEDOUT', NO_ANSWER],
    [
      '28P01',
      database('the server refused its user or password', 'Correct them; both must be percent-encoded in the URL'),
    ],
    [
      '28000',
      database('the server does not allow its user to connect', 'Correct the user, or allow it in pg_hba.conf'),
    ],
    [
      '3D000',
      database(
        'the server has no database of its name',
        'Correct the name, or create the database with CREATE DATABASE',
      ),
    ],
    [
      '55P03',
      database(
        'another session holds a lock on a table that a migration changes',
        'Stop all other processes of the hub, end long transactions, then start again',
      ),
    ],
    ['42501', database('its user may not create tables', 'Make it the owner, or GRANT CREATE ON SCHEMA public to it')],
  ]),
  listening: new Map([
    ['EADDRINUSE', PORT_IN_USE],
    ['EACCES', ['PORT', 'this user may not listen on this port', 'Set a port of 1024 or higher, for example 3000']],
    ['EADDRNOTAVAIL', NOT_LOCAL],
    ['ENOTFOUND', NOT_LOCAL],
    ['EAI_AGAIN', NOT_LOCAL],
  ]),
};

/** Matches messages of the PostgreSQL client for a timeout, because a timeout has no error code. */
const TIMEOUT_MESSAGES = /due to connection timeout$|^timeout exceeded when trying to connect$|^timeout expired$/;

/**
 * Converts an error of a start step to a ConfigurationError that names the fix, and the variable that caused the error.
 * The new error contains neither the value of the variable nor the original message, which may contain parts of the
 * value. Returns any other error unchanged.
 * @param variable variable with the address of the database, for the step `database`
 */
export function explainStartupError(
  error: unknown,
  step: BootStep,
  variable: DatabaseVariable = 'DATABASE_URL',
): unknown {
  const code = codeOf(error);
  const timedOut = step === 'database' && error instanceof Error && TIMEOUT_MESSAGES.test(error.message);
  const advice = ADVICE_BY_CODE[step].get(code) ?? (timedOut ? NO_ANSWER : undefined);
  if (advice === undefined) return error;
  const [named, wrong, hint] = advice;
  const field = step === 'database' ? variable : named;
  return new ConfigurationError([{ field, message: `${wrong}${code === '' ? '' : ` (${code})`}. ${hint}.` }]);
}

/** Runs a start step and converts its error with {@link explainStartupError}. */
export async function withStartupErrors<T>(step: BootStep, work: Promise<T>, variable?: DatabaseVariable): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw explainStartupError(error, step, variable);
  }
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
