import { expect, it } from '@jest/globals';
import { equalInConstantTime } from './equal-in-constant-time.js';

it.each([
  ['the same texts', 'token', 'token', true],
  ['a text and its bytes', 'ü', Buffer.from('ü'), true],
  ['another text', 'tokem', 'token', false],
  ['a beginning', 'tok', 'token', false],
  ['more than it', 'tokens', 'token', false],
  ['nothing', '', 'token', false],
])('compares %s', (_what, given, expected, equal) => {
  expect(equalInConstantTime(given, expected)).toBe(equal);
});
