import { describe, expect, it } from '@jest/globals';
import { compileMapping } from './compile-mapping.js';

/** Returns the paths that a single template string reads. */
function readsOf(templateString: string): readonly string[] {
  return compileMapping({ x: templateString }).reads;
}

describe('reads', () => {
  const cases: Record<string, string[]> = {
    '{{ data.a.b }}': ['data.a.b'],
    '{{ data.a[0].b }}': ['data.a.*.b'],
    '{{ data.a["0"].b }}': ['data.a.*.b'],
    '{{ data["a"].b }}': ['data.a.b'],
    '{{ ["data"].a }}': ['data.a'],
    '{{ data[data.key].b }}': ['data.*.b', 'data.key'],
    '{{ data[data[event.type]].b }}': ['data.*', 'data.*.b', 'event.type'],
    '{{ data }}': ['data'],
    '{{ data.a | append: data.b, data.c | default: enriched.d }}': ['data.a', 'data.b', 'data.c', 'enriched.d'],
    '{{ data.a | default: data.b, allow_false: data.c }}': ['data.a', 'data.b', 'data.c'],
    '{{ data.a == data.b and data.c }}': ['data.a', 'data.b', 'data.c'],
    '{{ (1..data.n) | join: data.s }}': ['data.n', 'data.s'],
    '{% for i in (data.m..data.n) %}{% endfor %}': ['data.m', 'data.n'],
    '{{ (1..data.n)[data.i] }}': ['data.i', 'data.n'],
    '{% if data.a %}{{ data.b }}{% elsif data.c %}{% else %}{{ data.d }}{% endif %}': [
      'data.a',
      'data.b',
      'data.c',
      'data.d',
    ],
    '{% unless data.a %}{{ data.b }}{% else %}{{ data.c }}{% endunless %}': ['data.a', 'data.b', 'data.c'],
    '{% case data.a %}{% when data.b, data.c %}{{ data.d }}{% else %}{{ data.e }}{% endcase %}': [
      ...['data.a', 'data.b', 'data.c', 'data.d', 'data.e'],
    ],
    '{% for i in data.l limit: data.n offset: data.o %}{{ i.x }}{{ data.p }}{% else %}{{ data.q }}{% endfor %}': [
      ...['data.l', 'data.n', 'data.o', 'data.p', 'data.q'],
    ],
    '{% assign x = recipient %}{{ x.phone }}': ['recipient'],
    '{% assign x = data.a %}{% assign y = x.b %}{{ y }}': ['data.a'],
    '{% capture c %}{{ data.a }}{% endcapture %}{{ c }}': ['data.a'],
    '{% echo data.a | append: data.b %}': ['data.a', 'data.b'],
    '{% liquid assign x = data.a\nif data.b\n echo data.c\nendif %}': ['data.a', 'data.b', 'data.c'],
    '{% comment %}{{ data.a }}{% endcomment %}{% raw %}{{ data.b }}{% endraw %}{% # data.c %}': [],
    '{{ "data.a" }}': [],
  };
  for (const [templateString, reads] of Object.entries(cases)) {
    it(templateString, () => expect(readsOf(templateString)).toEqual(reads));
  }

  it('include every branch and directive, each once', () => {
    const mapping = compileMapping({
      a: { $if: '{{ data.yes }}', then: '{{ data.a }}', else: { b: '{{ data.b }}' } },
      l: {
        $each: '{{ data.l }}',
        as: 'x',
        do: { $each: '{{ x.m }}', as: 'y', do: ['{{ y }}', '{{ x.n }}', '{{ data.a }}'] },
      },
    });
    expect(mapping.reads).toEqual(['data.a', 'data.b', 'data.l.*.m.*', 'data.l.*.n', 'data.yes']);
  });

  it('contain the whole list if the reads of its items are unknown', () => {
    expect(compileMapping({ l: { $each: '{{ data.l | reverse }}', do: '{{ item.a }}' } }).reads).toEqual(['data.l']);
    expect(compileMapping({ l: { $each: '{{ data.l }}', do: 1 } }).reads).toEqual(['data.l']);
    expect(compileMapping({ l: { $each: '{{ data.l }}', do: '{% assign i = item %}{{ i.a }}' } }).reads).toEqual([
      'data.l.*',
    ]);
  });

  it('stay short for many firsts and include all of them', () => {
    const reads = readsOf(`{{ data${'.first'.repeat(100)} }}`);
    expect(reads.length).toBeLessThanOrEqual(8);
    expect(reads).toContain('data.*.*.*');
  });
});

describe('readsAt', () => {
  const mapping = compileMapping({
    to: '{{ recipient.phone }}',
    whole: '{{ enriched.address }}',
    personalizations: [{ to: '{{ recipient.email }}', name: '{{ data.name }}' }],
    items: { $each: '{{ data.items }}', do: { sku: '{{ item.sku }}', note: '{{ data.note }}' } },
    extra: { $if: '{{ data.vip }}', then: { a: '{{ data.a }}' }, else: { b: '{{ data.b }}' } },
  });
  const cases: Record<string, string[]> = {
    to: ['recipient.phone'],
    'whole.street': ['enriched.address'],
    'personalizations.0.to': ['recipient.email'],
    'personalizations.1.to': [],
    'personalizations.*.to': ['recipient.email'],
    personalizations: ['data.name', 'recipient.email'],
    'items.7.sku': ['data.items.*.sku'],
    items: ['data.items.*.sku', 'data.note'],
    extra: ['data.a', 'data.b', 'data.vip'],
    'extra.a': ['data.a', 'data.vip'],
    none: [],
  };
  for (const [path, reads] of Object.entries(cases)) {
    it(path, () => expect(mapping.readsAt(path)).toEqual(reads));
  }

  it('returns all reads for the empty path', () => expect(mapping.readsAt('')).toEqual(mapping.reads));

  it('includes all languages of a mapping, and the locale only for the whole message', () => {
    const perLocale = compileMapping({
      locale: '{{ recipient.locale }}',
      en: { to: '{{ recipient.phone }}', body: '{{ data.a }}' },
      ar: { to: '{{ recipient.mobile }}', body: '{{ data.b }}' },
    });
    expect(perLocale.reads).toEqual(['data.a', 'data.b', 'recipient.locale', 'recipient.mobile', 'recipient.phone']);
    expect(perLocale.readsAt('to')).toEqual(['recipient.mobile', 'recipient.phone']);
    expect(perLocale.readsAt('')).toEqual(perLocale.reads);
  });
});
