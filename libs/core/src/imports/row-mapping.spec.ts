import { describe, expect, it } from '@jest/globals';
import { RowMapping } from './row-mapping.js';

const mapping = (event?: Record<string, string>): RowMapping => new RowMapping(event && { event }, 'Asia/Kolkata');

describe('RowMapping', () => {
  it('makes the body from the row, with the whole row as data by default', () => {
    const row = { 'Order No': '17', amount: '5' };
    expect(mapping({ type: 'orderPlaced', id: '{{ row["Order No"] }}' }).bodyOf(row)).toEqual({
      ok: true,
      body: { type: 'orderPlaced', id: '17', data: row },
    });
  });

  it('returns the row itself without a template', () => {
    expect(mapping().bodyOf([1])).toEqual({ ok: true, body: [1] });
  });

  it('returns a reason without values if a row cannot be mapped', () => {
    const body = mapping({ type: 'a', id: '{{ row.id | required }}' }).bodyOf({ id: '', name: 'Asha' });
    expect(body).toEqual({ ok: false, reason: expect.stringMatching(/^files\.event\.id: /) });
    expect(JSON.stringify(body)).not.toContain('Asha');
  });

  it('returns the reason for every row if the stored template is invalid', () => {
    expect(mapping({ type: '{{ data.x }}' }).bodyOf({})).toEqual({
      ok: false,
      reason: expect.stringMatching(/^files\.event\.type: /),
    });
  });

  it('names the columns of the customer as paths of the data, in the spelling of personal names too', () => {
    const paths = mapping({ type: 'a', customerId: '{{ row["Mobile Number"] }}' }).customerPaths();
    expect(paths).toContain('data.mobile_number');
    expect(mapping({ type: 'a' }).customerPaths()).toEqual([]);
  });
});
