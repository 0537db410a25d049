import { describe, expect, it } from '@jest/globals';
import { Field } from '@patchbay/plugin-sdk';
import { sandboxOf } from './sandbox.js';

class Settings {
  @Field({ label: 'From' })
  from: string;

  @Field({ label: 'Base URL', optional: true, format: 'uri', fileOnly: true })
  baseUrl?: string;
}

describe('sandboxOf', () => {
  it('makes a default of what only files can set, and an account of the rest', () => {
    const baseUrl = 'http://127.0.0.1:3001/probe';
    const account = { credentials: { key: 'invented' }, settings: { from: 'Acme', baseUrl } };
    expect(sandboxOf({ settings: Settings }, account)).toEqual({
      account: { credentials: { key: 'invented' }, settings: { from: 'Acme' } },
      defaults: { baseUrl },
    });
  });

  it('does not exist without an account', () => {
    expect(sandboxOf({ settings: Settings }, undefined)).toBeUndefined();
  });
});
