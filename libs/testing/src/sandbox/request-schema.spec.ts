import { describe, expect, it } from '@jest/globals';
import { requestSchema } from './request-schema.js';

describe('requestSchema', () => {
  const check = requestSchema({
    type: 'object',
    required: ['to'],
    properties: { to: { type: 'array', items: { type: 'string', minLength: 1 } } },
    additionalProperties: false,
  });

  it('accepts what the vendor documents', () => {
    expect(check({ to: ['a'] })).toEqual([]);
  });

  it('reports paths and rules, and no value', () => {
    expect(check({ to: ['a', ''], cc: 'secret' })).toEqual([
      expect.stringContaining(': cc'),
      expect.stringMatching(/^\/to\/1 must NOT have fewer/),
    ]);
    expect(check({})).toEqual([expect.stringMatching(/^the body must have required property 'to'/)]);
    expect(JSON.stringify(check({ to: ['a'], cc: 'secret' }))).not.toContain('secret');
  });

  it('requires a body and a valid schema', () => {
    expect(check(undefined)).toEqual(['the body must be object']);
    expect(() => requestSchema({ type: 'objekt' })).toThrow();
    expect(() => requestSchema({ type: 'object', propertys: {} })).toThrow();
  });
});
