import { describe, expect, it } from '@jest/globals';
import { vendorError, vendorErrors } from './vendor-error.js';

const refusal = { status: 400, headers: {}, text: '{"code":"no_credits"}' };

describe('vendorError', () => {
  it('uses the kind of the table if it has the code', () => {
    const meaning = { kind: 'credentials', text: 'the account is out of credits; top it up' } as const;
    expect(vendorError('Acme', refusal, 'no_credits', meaning)).toMatchObject({
      kind: 'credentials',
      message: 'Acme: the account is out of credits; top it up.',
      vendorCode: 'no_credits',
      response: { status: 400, body: refusal.text },
    });
  });

  it('uses the status if the table does not have the code', () => {
    const error = vendorError('Acme', { ...refusal, status: 503, text: '' });
    expect(error).toMatchObject({ kind: 'transient', message: expect.stringMatching(/^Acme: .*503.*\.$/) });
    expect([error.vendorCode, error.retryAfterMs]).toEqual([undefined, undefined]);
  });

  it('uses the wait of the response, otherwise of the table', () => {
    const meaning = { kind: 'throttled', retryAfterMs: 300_000 } as const;
    expect(vendorError('Acme', refusal, undefined, meaning).retryAfterMs).toBe(300_000);
    const throttled = { ...refusal, headers: { 'retry-after': '7' } };
    expect(vendorError('Acme', throttled, undefined, meaning).retryAfterMs).toBe(7_000);
  });
});

describe('vendorErrors', () => {
  const acmeError = vendorErrors({
    vendor: 'Acme',
    codeIn: ({ text }) => /"code":"(\w+)"/.exec(text)?.[1],
    codes: { no_credits: { kind: 'credentials', text: 'the account is out of credits; top it up' } },
    statuses: { 400: { text: 'it refused the message (400); check the mapping' } },
  });
  const answer = (status: number, text: string) => ({ status, headers: {}, text, json: () => ({}) });

  it.each([
    [
      'the code',
      answer(400, refusal.text),
      'credentials',
      'no_credits',
      'Acme: the account is out of credits; top it up.',
    ],
    [
      'the status',
      answer(400, '{"code":"other"}'),
      'rejected',
      'other',
      'Acme: it refused the message (400); check the mapping.',
    ],
    [
      'the status of a proxy',
      answer(400, '<html>'),
      'rejected',
      undefined,
      'Acme: it refused the message (400); check the mapping.',
    ],
    ['no entry', answer(503, ''), 'transient', undefined, expect.stringContaining('503')],
    [
      'a name of every object',
      answer(503, '{"code":"constructor"}'),
      'transient',
      'constructor',
      expect.stringContaining('503'),
    ],
  ])('uses %s', (_what, response, kind, vendorCode, message) => {
    expect(acmeError(response)).toMatchObject({ kind, message, ...(vendorCode !== undefined && { vendorCode }) });
  });
});
