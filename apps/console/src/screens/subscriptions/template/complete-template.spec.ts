import { describe, expect, it } from '@jest/globals';
import { completeTemplate } from './complete-template';

const scope = {
  schemas: [{ type: 'object', properties: { points: { type: 'integer' }, name: { type: 'string' } } }],
  sample: { points: 120 },
  filters: [{ name: 'e164', description: 'International number' }],
};
const labels = (before: string): string[] | null =>
  completeTemplate(before, scope)?.suggestions.map(({ label }) => label) ?? null;

describe('completeTemplate', () => {
  it('lists exactly the keys of the schema after "data."', () => {
    expect(labels('You earned {{ data.')).toEqual(['name', 'points']);
    expect(completeTemplate('{{ data.po', scope)?.replaced).toBe(2);
    expect(labels('{% if data.')).toEqual(['name', 'points']);
  });

  it('lists roots at the beginning and filters after a bar', () => {
    expect(labels('{{ ')).toContain('recipient');
    expect(labels('{{ data.points | ')).toEqual(['e164']);
  });

  it('is null in plain text, after a closed output and in a string', () => {
    expect([labels('data.'), labels('{{ data.points }} data.'), labels('{{ data.points | append: "')]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
