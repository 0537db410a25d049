import { ConfigurationError } from '@patchbay/core';

/** What the hub was at when it failed to start: the same code means another variable at each. */
export type BootStep = 'database' | 'listening';

/** The variable behind an error, what is wrong with it, how to fix it. */
type VariableProblem = readonly [variable: string, wrong: string, hint: string];

const database = (wrong: string, hint: string): VariableProblem => ['DATABASE_URL', wrong, hint];
const NO_SUCH_HOST = database('its host has no address that is known here', 'correct it');
const NO_ROUTE = database('no way leads to its host', 'correct it, or open the network between');
const NO_ANSWER = database('its host did not answer in time', 'correct host and port, or open the firewall between');

const NOT_LOCAL: VariableProblem = [
  'HOST',
  'it is no address of this machine',
  'use one that it has, 0.0.0.0 for all of them or 127.0.0.1 for this machine alone',
];
const PORT_IN_USE: VariableProblem = [
  'PORT',
  'another program listens there already',
  'end it, or set another; where PORT is not set it is 3000',
];

/** By the codes of Node and PostgreSQL. */
const ADVICE_BY_CODE: Readonly<Record<BootStep, ReadonlyMap<string, VariableProblem>>> = {
  database: new Map([
    ['ECONNREFUSED', database('no database answers at its host and port', 'start it, or correct them')],
    ['ENOTFOUND', NO_SUCH_HOST],
    ['EAI_AGAIN', NO_SUCH_HOST],
    ['EHOSTUNREACH', NO_ROUTE],
    ['ENETUNREACH', NO_ROUTE],
    ['ETIMEDOUT', NO_ANSWER],
    ['28P01', database('the server refused its user or password', 'correct them, percent-encoded in the URL')],
    ['28000', database('the server does not let its user in', 'correct it, or allow it in pg_hba.conf')],
    ['3D000', database('the server has no database of its name', 'correct it, or make one with CREATE DATABASE')],
    ['42501', database('its user may not make tables', 'make it the owner, or GRANT CREATE ON SCHEMA public to it')],
  ]),
  listening: new Map([
    ['EADDRINUSE', PORT_IN_USE],
    ['EACCES', ['PORT', 'this user may not listen there', 'set one from 1024 upwards, e.g. 3000']],
    ['EADDRNOTAVAIL', NOT_LOCAL],
    ['ENOTFOUND', NOT_LOCAL],
    ['EAI_AGAIN', NOT_LOCAL],
  ]),
};

/** The client has words and no code for a database that stays silent. */
const TIMEOUT_MESSAGES = /due to connection timeout$|^timeout exceeded when trying to connect$/;

/**
 * The error of a step of the start, as a ConfigurationError that names the variable behind it and says how to fix it.
 * The value is never told, nor the words of the error, which hold parts of it. Any other error comes back as it is.
 */
export function explainStartupError(error: unknown, step: BootStep): unknown {
  const code = codeOf(error);
  const timedOut = step === 'database' && error instanceof Error && TIMEOUT_MESSAGES.test(error.message);
  const advice = ADVICE_BY_CODE[step].get(code) ?? (timedOut ? NO_ANSWER : undefined);
  if (advice === undefined) return error;
  const [field, wrong, hint] = advice;
  return new ConfigurationError([{ field, message: `${wrong}${code === '' ? '' : ` (${code})`}: ${hint}` }]);
}

/** A step of the start, failing with what {@link explainStartupError} makes of its error. */
export async function withStartupErrors<T>(step: BootStep, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw explainStartupError(error, step);
  }
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
