import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { yamlText } from './yaml-text';

const VALUE = {
  destinations: {
    sms: {
      type: 'twilio-sms',
      settings: { from: '+15005550006', on: true, 'x: y': 'no', list: ['a', { b: 1, c: ['d'] }, []], none: null },
      retry: { schedule: ['0s', '5s'] },
      empty: {},
      text: 'two\nlines: # "quoted"',
    },
  },
};

describe('yamlText', () => {
  it('is read back by a YAML parser as the same value', () => {
    expect(parse(yamlText(VALUE))).toEqual(VALUE);
  });

  it('writes plain texts without quotes and leaves out undefined members', () => {
    expect(yamlText({ a: { type: 'webhook', gone: undefined }, list: ['x', { b: 1, c: 2 }] })).toBe(
      'a:\n  type: webhook\nlist:\n  - x\n  - b: 1\n    c: 2\n',
    );
  });
});
