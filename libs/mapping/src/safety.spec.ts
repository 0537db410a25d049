import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from './json-types.js';
import { MAPPING_LIMITS } from './limits.js';
import { MappingError } from './mapping-error.js';
import { compileMapping } from './template/compile-mapping.js';
import type { RenderResult } from './template/render.js';

/** Values of a hostile event, up to the maximum size of an event. */
const HOSTILE: JsonObject = {
  numbers: Array<number>(400_000).fill(1),
  words: Array<string>(200_000).fill('a'),
  text: 'a'.repeat(1_000_000),
  capture: 'a'.repeat(200_000),
  openers: '<'.repeat(1_000_000),
  almostScript: '<script'.repeat(140_000),
  objects: Array.from({ length: 9_999 }, (_, index) => ({ k: String(index % 97) })),
  deepList: nested(50_000, (inner) => [inner]),
  deepObject: nested(50_000, (inner) => ({ o: inner })),
};

const LIST = `{% assign x = "a,b" | split: "," %}`;

describe('a template cannot block the process', () => {
  const cases: Record<string, [templateString: string, says: string | null]> = {
    'a long loop': ['{% for i in (1..10000000) %}x{% endfor %}', 'too much memory'],
    'an empty loop': ['{% for i in (1..1000000) %}{% endfor %}', 'too long'],
    'nested loops': ['{% for i in (1..10000) %}{% for j in (1..10000) %}{% endfor %}{% endfor %}', 'too long'],
    'a text that doubles': [`{% assign x = "aaaaaaaa" %}${loop('{% assign x = x | append: x %}')}{{ x }}`, 'memory'],
    'a capture that doubles': [
      `{% assign x = "aaaaaaaa" %}${loop('{% capture x %}{{ x }}{{ x }}{% endcapture %}')}`,
      'longer than 256 kB',
    ],
    'captures that pile up': [loop('{% capture x %}{{ data.capture }}{% endcapture %}'), 'too much memory'],
    'a list that doubles': [`${LIST}${loop('{% assign x = x | concat: x %}')}`, 'at most 10000 items'],
    'a list of itself': [`${LIST}${loop('{% assign x = x | push: x %}')}{{ x }}`, 'grows too large'],
    'a list before itself': [`${LIST}${loop('{% assign x = x | unshift: x %}')}`, 'grows too large'],
    'a list grouped into itself': [
      `${LIST}${loop('{% assign y = x | concat: x %}{% assign x = y | group_by: "a" %}')}`,
      'grows too large',
    ],
    'a list compared with itself': [
      `${LIST}${'{% assign x = x | push: x %}'.repeat(15)}{% if x == x %}y{% endif %}`,
      null,
    ],
    'a wide date': ['{{ "2026-01-01" | date: "%9999999d" }}', null],
    'many wide dates': [`{{ "2026-01-01" | date: "${'%99d'.repeat(60)}" }}`, 'at most 200 characters'],
    'openers for strip_html': ['{{ data.openers | strip_html | size }}', null],
    'half scripts for strip_html': ['{{ data.almostScript | strip_html | size }}', null],
    'a long list for where': ['{{ data.numbers | where: "a" | size }}', 'at most 10000 items'],
    'a long list for sort': ['{{ data.words | sort_natural | size }}', 'at most 10000 items'],
    'a list of objects sorted': ['{{ data.objects | sort_natural: "k" | size }}', null],
    'long lists in a case': ['{% case data.numbers %}{% when data.numbers %}{% endcase %}{{ 1 }}', null],
    'a deep list compared': ['{% if data.deepList == data.deepList %}y{% endif %}', 'too large or is nested'],
    'a deep list given out': ['{{ data.deepList }}', 'nested deeper than 32 levels'],
    'a deep object given out': ['{{ data.deepObject }}', 'nested deeper than 32 levels'],
    'a deep list in a text': ['a{{ data.deepList }}', 'too large or is nested'],
    'a deep object as json': ['{{ data.deepObject | json }}', 'too large or is nested'],
    'a search for a long text': ['{% if data.text contains data.text %}y{% endif %}', 'at most 250 characters'],
    'a replacement of a long text': ['{{ data.text | replace: data.text, "x" }}', 'at most 250 characters'],
    'a text split into letters': ['{{ data.text | split: "" | size }}', 'grows too large'],
    'lists as the ends of a range': ['{% for i in (data.numbers..data.numbers) %}x{% endfor %}', null],
    'a long text given out': ['{{ data.text }}', 'longer than 256 kB'],
    'a long list given out': ['{{ data.numbers }}', 'longer than 256 kB'],
    'a row of sorts': [`{{ data.objects${' | sort_natural: "k"'.repeat(95)} | size }}`, null],
    'many filters': [`{{ data.text${' | upcase'.repeat(900)} }}`, 'too much memory'],
    'deep conditions': [`${'{% if 1 %}'.repeat(400)}x${'{% endif %}'.repeat(400)}`, null],
    'deep brackets': [`{{ data${'[data'.repeat(900)}${']'.repeat(900)} }}`, null],
    'many firsts': [`{{ data${'.first'.repeat(1_600)} }}`, null],
  };
  for (const [name, [templateString, says]] of Object.entries(cases)) {
    it(name, () => {
      const started = process.cpuUsage();
      const result = render({ x: templateString });
      expectBounded(result, says);
      const { user, system } = process.cpuUsage(started);
      // The test measures processor time, so that it does not fail on a busy machine. Without limits, the template
      // would take many seconds.
      expect((user + system) / 1_000).toBeLessThan(3_000);
    });
  }

  it('limits the time of the whole message', () => {
    const templateString = '{% for i in (1..9000) %}{{ i | times: 3 | append: "x" | size }}{% endfor %}';
    const started = process.cpuUsage();
    expectBounded(
      render(Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`k${index}`, templateString]))),
      '',
    );
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(3_000);
  });

  it('limits lists within lists', () => {
    const thousand = Array<number>(1_000).fill(1);
    const mapping = compileMapping({
      a: {
        $each: '{{ data.l }}',
        as: 'i',
        do: { $each: '{{ data.l }}', as: 'j', do: { $each: '{{ data.l }}', do: 1 } },
      },
    });
    const result = mapping.render({ event: {}, data: { l: thousand }, enriched: {}, recipient: {}, brand: {} });
    expectBounded(result, 'longer than 256 kB');
  });

  const refused: Record<string, [template: JsonObject, says: string]> = {
    'a template string that is too long': [{ x: 'a'.repeat(10_001) }, 'at most 10000 characters'],
    'too many values': [{ x: Array<number>(1_001).fill(1) }, 'at most 1000 values'],
    'too many characters': [{ x: Array<string>(26).fill('a'.repeat(9_999)) }, 'at most 250000 characters'],
    'endless braces': [{ x: '{{'.repeat(5_000) }, 'has no }}'],
    'endless tags': [{ x: '{% raw %}'.repeat(1_000) }, 'not closed'],
    'conditions too deep to be read': [{ x: '{%if 1%}'.repeat(1_200) }, ''],
    'too many empty objects': [{ x: Array.from({ length: 1_001 }, () => ({})) }, 'at most 1000 values'],
    'an infinite number': [{ x: Infinity }, 'is not finite'],
    'a Date object': [parsed('{"x":1}', () => new Date(0)), 'put it in quotes'],
    'a prototype as a key': [parsed('{"x":{"__proto__":{"y":1}}}'), 'cannot be a key'],
  };
  for (const [name, [template, says]] of Object.entries(refused)) {
    it(`rejects ${name}`, () => {
      expect(() => compileMapping(template)).toThrow(MappingError);
      expect(() => compileMapping(template)).toThrow(says);
    });
  }
});

describe('a message', () => {
  it('may have exactly 256 kB', () => {
    const frame = Buffer.byteLength(JSON.stringify({ x: '' }));
    const bytes = MAPPING_LIMITS.messageBytes - frame;
    const mapping = compileMapping({ x: '{{ data.t }}' });
    const of = (t: string): RenderResult =>
      mapping.render({ event: {}, data: { t }, enriched: {}, recipient: {}, brand: {} });
    expect(of('a'.repeat(bytes)).ok).toBe(true);
    expectBounded(of('a'.repeat(bytes + 1)), 'longer than 256 kB');
    expect(of('ह'.repeat(Math.floor(bytes / 3))).ok).toBe(true);
    expectBounded(of('ह'.repeat(Math.floor(bytes / 3) + 1)), 'longer than 256 kB');
    expect(of('\n'.repeat(bytes / 2)).ok).toBe(true);
    expectBounded(of('\n'.repeat(bytes / 2 + 1)), 'longer than 256 kB');
  });

  it('shares no object with the event', () => {
    const data: JsonObject = { list: [{ a: 1 }] };
    const result = compileMapping({ x: '{{ data.list }}' }).render({
      event: {},
      data,
      enriched: {},
      recipient: {},
      brand: {},
    });
    if (!result.ok || !Array.isArray(result.message['x'])) throw new Error('no list');
    result.message['x'].push('more');
    expect(data).toEqual({ list: [{ a: 1 }] });
  });

  it('does not change prototypes', () => {
    const data = parsed('{"o":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}');
    const result = compileMapping({
      a: '{{ data.o }}',
      b: '{% assign __proto__ = data.o %}{% assign constructor = data.o %}{{ constructor.constructor.prototype.polluted }}',
      c: '{% for x in data.o __proto__: data.o %}{{ x | first }}{% endfor %}',
    }).render({ event: {}, data, enriched: {}, recipient: {}, brand: {} });
    expect(result).toMatchObject({ ok: true, message: { b: '1' } });
    if (!result.ok) throw new Error(result.problem.message);
    expect(Object.getPrototypeOf(result.message['a'])).toBe(Object.prototype);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('contains no -0, which JSON does not have', () => {
    const result = compileMapping({ x: '{{ data.n }}' }).render({
      event: {},
      data: { n: -0 },
      enriched: {},
      recipient: {},
      brand: {},
    });
    expect(result).toEqual({ ok: true, message: { x: 0 } });
  });

  it('has problems that contain no value of the event', () => {
    const secret = 'planted-919000000001';
    const scope = {
      event: {},
      data: { s: secret, l: [secret], o: { [secret]: secret } },
      enriched: {},
      recipient: {},
      brand: {},
    };
    const filters = [
      ...[
        'e164',
        'date',
        'money: "USD"',
        'number',
        'money: data.s',
        'number: data.s',
        'date: "%B", data.s',
        'e164: data.s',
      ],
      ...['date: "%B", "UTC", data.s', 'base64_decode', 'where: data.s', 'divided_by: 0', 'append', 'map: data.l'],
    ];
    let problems = 0;
    for (const value of ['data.s', 'data.l', 'data.o', '12']) {
      for (const filter of filters) {
        const result = compileMapping({ x: `{{ ${value} | ${filter} }}`, y: `t{{ ${value} | ${filter} }}` }).render(
          scope,
        );
        if (result.ok) continue;
        problems += 1;
        expect(result.problem.message).not.toContain('planted');
      }
    }
    expect(problems).toBeGreaterThan(20);
  });
});

function loop(body: string): string {
  return `{% for i in (1..60) %}${body}{% endfor %}`;
}

function render(template: JsonObject): RenderResult {
  return compileMapping(template).render({ event: {}, data: HOSTILE, enriched: {}, recipient: {}, brand: {} });
}

/** Expects a problem, or success if `says` is null. Also accepts a timeout, which can happen on a busy machine. */
function expectBounded(result: RenderResult, says: string | null): void {
  const stopped = result.ok ? undefined : result.problem.message;
  if (stopped?.includes('takes too long')) return;
  if (says === null) expect(stopped).toBeUndefined();
  else expect(stopped).toContain(says);
}

function nested(depth: number, wrap: (inner: Json) => Json): Json {
  let value: Json = 1;
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
}

function parsed(json: string, value?: () => unknown): JsonObject {
  return JSON.parse(json, (_, read: unknown) => (value && read === 1 ? value() : read)) as JsonObject;
}
