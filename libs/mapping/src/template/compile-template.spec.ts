import { describe, expect, it } from '@jest/globals';
import { MappingError } from '../mapping-error.js';
import { compileTemplate } from './compile-mapping.js';

describe('compileTemplate', () => {
  it('reads the given roots and lists its reads', () => {
    const template = compileTemplate({ phone: '{{ body.mobile }}', ids: '{{ customerIds }}' }, ['body', 'customerIds']);
    expect(template.render({ body: { mobile: '919000000001' }, customerIds: ['1', '2'] })).toEqual({
      ok: true,
      message: { phone: '919000000001', ids: ['1', '2'] },
    });
    expect(template.reads).toEqual(['body.mobile', 'customerIds']);
  });

  it('rejects the roots of a mapping', () => {
    expect(() => compileTemplate({ phone: '{{ recipient.phone }}' }, ['body'])).toThrow(MappingError);
  });

  it('treats a root without data as missing', () => {
    expect(compileTemplate({ a: '{{ body.x }}', b: 1 }, ['body']).render({})).toEqual({ ok: true, message: { b: 1 } });
  });
});
