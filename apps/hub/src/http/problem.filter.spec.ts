import { describe, expect, it } from '@jest/globals';
import { answerFor } from './problem.filter.js';

const errorWith = (members: object): Error => Object.assign(new Error('invented'), members);

describe('answerFor', () => {
  it.each([
    ['a client that disconnected while sending a body', errorWith({ code: 'ECONNRESET', statusCode: 400 }), 400, false],
    ['an unavailable database', errorWith({ code: 'ECONNRESET' }), 503, true],
    ['any other error', errorWith({}), 500, true],
  ])('%s: returns the status, and whether the error is logged', (_, error, status, fault) => {
    expect(answerFor(error)).toMatchObject({ problem: { status }, fault });
  });
});
