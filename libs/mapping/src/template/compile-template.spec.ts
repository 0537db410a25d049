import { describe, expect, it } from '@jest/globals';
import { MappingError } from '../mapping-error.js';
import { compileTemplate } from './compile-mapping.js';

describe('a template over other roots', () => {
  it('reads its own roots, whole lists too, and says which', () => {
    const template = compileTemplate({ phone: '{{ body.mobile }}', ids: '{{ customerIds }}' }, ['body', 'customerIds']);
    expect(template.render({ body: { mobile: '919000000001' }, customerIds: ['1', '2'] })).toEqual({
      ok: true,
      message: { phone: '919000000001', ids: ['1', '2'] },
    });
    expect(template.reads).toEqual(['body.mobile', 'customerIds']);
  });

  it('refuses the roots of a mapping where they are not its own', () => {
    expect(() => compileTemplate({ phone: '{{ recipient.phone }}' }, ['body'])).toThrow(MappingError);
  });

  it('takes a root that is left out for missing', () => {
    expect(compileTemplate({ a: '{{ body.x }}', b: 1 }, ['body']).render({})).toEqual({ ok: true, message: { b: 1 } });
  });
});
