import { describe, expect, it } from '@jest/globals';
import { advise, Rules } from './rules.js';

describe('advise', () => {
  it('begins the error with the advice, and keeps the difference', () => {
    const failing = () => {
      advise('Throw `throttled`.', () => {
        expect({ kind: 'accepted' }).toEqual({ kind: 'throttled' });
      });
    };
    expect(failing).toThrow(/^Throw `throttled`\.\n\n/);
    expect(failing).toThrow(/"throttled"/);
    expect(failing).toThrow(/"accepted"/);
  });

  it('does nothing if the assertion passes', () => {
    expect(() => {
      advise('Never shown.', () => {
        expect(1).toBe(1);
      });
    }).not.toThrow();
  });
});

describe('rules', () => {
  const checked: string[] = [];
  const rules = Rules.create();
  const note = (name: string) => () => {
    checked.push(name);
  };
  rules.rule('first', note('first'));
  rules.after('first').rule('second', note('second'));
  rules.after('first', 'second').after('unknown').rule('third', note('third'));

  it('are checked if the tests that they depend on have passed', () => {
    expect(checked).toEqual(['first', 'second', 'third']);
  });
});
