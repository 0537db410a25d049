import { describe, expect, it } from '@jest/globals';
import { compileTask } from './tasks.js';
import { compileMapping } from './template/compile-mapping.js';

describe('a time zone in a template', () => {
  const template = { at: '{{ data.d | date: "%H:%M", "IST" }}' };

  it('that is an abbreviation is refused in a new mapping', () => {
    expect(compileTask({ kind: 'mapping', source: template, options: {} })).toMatchObject({
      ok: false,
      problem: { path: 'at', reason: expect.stringContaining('several time zones') },
    });
  });

  it('still renders in a mapping that is in use', () => {
    const event = { id: 'e', type: 'a', customerId: null, brand: 'acme', source: 's' };
    const scope = { event, data: { d: '2026-01-02T12:00:00Z' }, enriched: {}, recipient: {}, brand: { name: 'acme' } };
    expect(compileMapping(template).render(scope)).toMatchObject({ ok: true, message: { at: '17:30' } });
  });
});
