import { describe, expect, it } from '@jest/globals';
import type { Json } from '../json-types.js';
import { compileMapping } from '../template/compile-mapping.js';

const render = (body: string, data: Record<string, Json>) =>
  compileMapping({ body }).render({ event: {}, data, enriched: {}, recipient: {}, brand: {} });

const problem = (body: string, data: Record<string, Json> = {}): string => {
  const result = render(body, data);
  return result.ok ? JSON.stringify(result.message) : result.problem.message;
};

describe('required', () => {
  it.each<Json>([5, 0, false, 'x', ['a'], { a: 1 }])('returns %j', (x) => {
    expect(render('{{ data.x | required }}', { x })).toEqual({ ok: true, message: { body: x } });
  });

  it.each<Json>([null, '', '  \n', []])('refuses %j', (x) => {
    expect(problem('You earned {{ data.x | required }} points.', { x })).toBe(
      'Mapping at "body": data.x is required, but it is missing or empty.',
    );
  });

  it.each([
    ['{{ data.a.b | required }}', 'data.a.b'],
    ['{{- data.a | required -}} points', 'data.a'],
    ['Hi {{ data.b }}, {{ data.a | number: "en" | required | escape }}', 'data.a'],
    ['{% assign n = data.a | required %}{{ n }}', 'data.a'],
    ['{% if data.b == nil %}{{ data.a | required }}{% endif %}', 'data.a'],
  ])('names the path in %s', (body, path) => {
    expect(problem(body)).toBe(`Mapping at "body": ${path} is required, but it is missing or empty.`);
  });

  it('accepts the text of an earlier default', () => {
    expect(problem('{{ data.x | default: "none" | required }}')).toBe('{"body":"none"}');
  });
});

describe('shown values', () => {
  const shown = (body: Json): readonly string[] =>
    compileMapping({ body }).placedReads.flatMap(({ read, shown: as }) => (as === null ? [] : [`${as} ${read}`]));

  it.each<[Json, readonly string[]]>([
    ['Hi {{ data.a }} {{ data.b | upcase }}', ['text data.a', 'text data.b']],
    ['{{ data.a }}', ['value data.a']],
    ['{{ data.a | required }} {{ data.b | default: data.c }} {{ data.d | size }}', []],
    ['{% if data.a %}{{ data.a }}{% endif %}', []],
    [{ $if: '{{ data.a }}', then: 'Hi {{ data.a }} {{ data.b }}' }, ['text data.b']],
    [{ $each: '{{ data.list }}', do: 'x {{ item.sku }}' }, ['text data.list.*.sku']],
  ])('of %j are %j', (body, expected) => {
    expect(shown(body)).toEqual(expected);
  });
});
