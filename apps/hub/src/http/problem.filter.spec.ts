import { describe, expect, it } from '@jest/globals';
import { answerFor } from './problem.filter.js';

const errorWith = (members: object): Error => Object.assign(new Error('invented'), members);

describe('the answer to an error', () => {
  it.each([
    ['a caller who hung up in the middle of a body', errorWith({ code: 'ECONNRESET', statusCode: 400 }), 400, false],
    ['a database that is away', errorWith({ code: 'ECONNRESET' }), 503, true],
    ['what nobody has thought of', errorWith({}), 500, true],
  ])('%s: its status, and whether somebody has to look into it', (_, error, status, fault) => {
    expect(answerFor(error)).toMatchObject({ problem: { status }, fault });
  });
});
