import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '@patchbay/core';
import { explainStartupError, type BootStep } from './startup-error.js';

/** Creates an error like the errors of Node.js and PostgreSQL. Its message contains parts of the variable's value. */
function failure(code: string, message = 'connect ECONNREFUSED db.invented.example:5432 for user "hub-secret"'): Error {
  return Object.assign(new Error(message), { code });
}

describe('explainStartupError', () => {
  it.each<[BootStep, string, RegExp]>([
    ['database', 'ECONNREFUSED', /^DATABASE_URL: no database listens .*\(ECONNREFUSED\)\. Start it, or correct/],
    ['database', 'ENOTFOUND', /^DATABASE_URL: .*host .*\(ENOTFOUND\)/],
    ['database', 'EAI_AGAIN', /^DATABASE_URL: .*host .*\(EAI_AGAIN\)/],
    ['database', 'EHOSTUNREACH', /^DATABASE_URL: .*\(EHOSTUNREACH\)/],
    ['database', 'ENETUNREACH', /^DATABASE_URL: .*\(ENETUNREACH\)/],
    ['database', 'ETIMEDOUT', /^DATABASE_URL: .*\(ETIMEDOUT\)/],
    ['database', '28P01', /^DATABASE_URL: .*password.*\(28P01\)/],
    ['database', '28000', /^DATABASE_URL: .*user.*\(28000\)\. .*pg_hba\.conf/],
    ['database', '3D000', /^DATABASE_URL: .*no database .*\(3D000\).*CREATE DATABASE/],
    ['database', '55P03', /^DATABASE_URL: .*holds a lock.*\(55P03\)\. Stop all other processes/],
    ['database', '42501', /^DATABASE_URL: .*may not .*\(42501\)\. .*GRANT/],
    ['listening', 'EADDRINUSE', /^PORT: another program .*\(EADDRINUSE\)/],
    ['listening', 'EACCES', /^PORT: .*may not .*\(EACCES\)/],
    ['listening', 'EADDRNOTAVAIL', /^HOST: .*this machine.*\(EADDRNOTAVAIL\)/],
    ['listening', 'ENOTFOUND', /^HOST: .*this machine.*\(ENOTFOUND\)/],
    ['listening', 'EAI_AGAIN', /^HOST: .*this machine.*\(EAI_AGAIN\)/],
  ])('%s, %s: has the variable and the fix, never the value', (step, code, pattern) => {
    const named = explainStartupError(failure(code), step);
    if (!(named instanceof ConfigurationError)) throw new Error('the error was returned unchanged');
    expect(named.message).toMatch(pattern);
    expect(named.message).not.toMatch(/invented|secret|5432/);
  });

  it('has the variable whose address was used', () => {
    const explained = explainStartupError(failure('28P01'), 'database', 'DATABASE_DIRECT_URL');
    expect(String(explained)).toMatch(/^ConfigurationError: DATABASE_DIRECT_URL: .*\(28P01\)/);
  });

  it.each([
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'timeout expired',
  ])('recognises a connection timeout, which has no code: %s', (message) => {
    expect(String(explainStartupError(new Error(message), 'database'))).toMatch(/DATABASE_URL: .*in time/);
    const other = new Error(message);
    expect(explainStartupError(other, 'listening')).toBe(other);
  });

  it.each<[BootStep, unknown]>([
    ['database', failure('EADDRINUSE')],
    ['database', failure('42P01')],
    ['database', failure('constructor')],
    ['database', new Error('an invented fault')],
    ['listening', failure('ECONNREFUSED')],
    ['listening', failure('28P01')],
    ['listening', 'a text'],
    ['listening', null],
    ['database', { code: 7 }],
  ])('%s: returns any other error unchanged (%#)', (step, error) => {
    expect(explainStartupError(error, step)).toBe(error);
  });
});
