import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '../json-types.js';
import { MAPPING_LIMITS } from '../limits.js';
import { MappingError } from '../mapping-error.js';
import type { MappingScope } from '../scope.js';
import { compileMapping, type CompiledMapping } from './compile-mapping.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
process.stderr.write(`render.property.spec: FC_SEED=${seed}\n`);
const options = { seed, numRuns: 400 };

const KEYS = ['a', 'b', 'items', 'first', 'size', '__proto__', 'constructor', 'toString', 'length', '$each', '0', 'é'];
const key = fc.constantFrom(...KEYS);

const { json } = fc.letrec<{ json: Json; object: JsonObject }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Json>(
      null,
      true,
      false,
      0,
      -1,
      1e21,
      0.1,
      '',
      'text',
      '+15005550006',
      '2026-02-03',
      '\u0000"\n',
      '😀',
    ),
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('json'), { maxLength: 4 }),
    tie('object'),
  ),
  // The object is parsed from JSON like an event, so that "__proto__" is an own property.
  object: fc
    .array(fc.tuple(key, tie('json')), { maxLength: 4 })
    .map(
      (entries) =>
        JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`) as JsonObject,
    ),
}));
const object = fc.dictionary(key, json, { maxKeys: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
const scope: fc.Arbitrary<MappingScope> = fc.record({
  event: object,
  data: object,
  enriched: object,
  recipient: object,
  brand: object,
});

const root = fc.constantFrom('data', 'event', 'recipient', 'item', 'x', 'nothing');
const path = fc
  .tuple(
    root,
    fc.array(
      fc.oneof(
        key.map((k) => `["${k}"]`),
        fc.constantFrom('.a', '.items', '.first', '[0]', '[-1]', '[data.a]'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([name, rest]) => name + rest.join(''));
const argument = fc.oneof(
  path,
  fc.constantFrom(
    '"a"',
    '""',
    '0',
    '-1',
    '3',
    '99999999999',
    'true',
    'nil',
    'empty',
    '"IN"',
    '"UTC"',
    '"%Y %99d %z"',
    '(1..9)',
  ),
);
const filterName = fc.constantFrom(
  ...[
    'e164',
    'money',
    'number',
    'date',
    'mask',
    'hash',
    'gsm7',
    'json',
    'escape',
    'strip_html',
    'default',
    'map',
    'where',
  ],
  ...[
    'sort',
    'sort_natural',
    'concat',
    'push',
    'unshift',
    'join',
    'split',
    'replace',
    'slice',
    'truncate',
    'truncatewords',
  ],
  ...[
    'times',
    'divided_by',
    'round',
    'size',
    'first',
    'last',
    'group_by',
    'find',
    'has',
    'uniq',
    'sum',
    'compact',
    'reverse',
  ],
  ...[
    'append',
    'url_decode',
    'base64_decode',
    'slugify',
    'upcase',
    'to_integer',
    'array_to_sentence_string',
    'number_of_words',
  ],
);
const filter = fc
  .tuple(filterName, fc.array(argument, { maxLength: 3 }))
  .map(([name, args]) => (args.length > 0 ? `${name}: ${args.join(', ')}` : name));
const expression = fc
  .tuple(argument, fc.array(filter, { maxLength: 4 }))
  .map(([from, filters]) => [from, ...filters].join(' | '));
const output = expression.map((inner) => `{{ ${inner} }}`);
const { text } = fc.letrec<{ text: string; piece: string }>((tie) => ({
  piece: fc.oneof(
    { depthSize: 'small' },
    fc.string({ maxLength: 8 }),
    output,
    fc.tuple(argument, tie('text')).map(([of, body]) => `{% for x in ${of} %}${body}{% endfor %}`),
    fc
      .tuple(argument, argument, tie('text'))
      .map(([l, r, body]) => `{% if ${l} == ${r} or ${l} contains ${r} or ${l} < ${r} %}${body}{% endif %}`),
    fc.tuple(expression, tie('text')).map(([of, body]) => `{% assign x = ${of} %}${body}{{ x }}`),
    tie('text').map((body) => `{% capture x %}${body}{% endcapture %}{{ x }}`),
    fc
      .tuple(argument, argument, tie('text'))
      .map(([of, when, body]) => `{% case ${of} %}{% when ${when} %}${body}{% endcase %}`),
  ),
  text: fc.array(tie('piece'), { maxLength: 3 }).map((pieces) => pieces.join('')),
}));
const { template } = fc.letrec<{ template: Json }>((tie) => ({
  template: fc.oneof(
    { depthSize: 'small' },
    output,
    text,
    fc.constantFrom<Json>(1, true, null),
    fc.array(tie('template'), { maxLength: 3 }),
    fc.dictionary(key, tie('template'), { maxKeys: 3 }),
    fc.record({ $each: output, do: tie('template') }),
    fc.record({ $if: output, then: tie('template'), else: tie('template') }),
  ),
}));

describe('any template and any event', () => {
  it('result in valid JSON within the limits or in a problem, repeatably and without changing the event', () => {
    let [compiled, rendered] = [0, 0];
    fc.assert(
      fc.property(template, scope, (templateString, event) => {
        const mapping = compiledOrUndefined({ m: templateString });
        if (!mapping) return;
        compiled += 1;
        const before = JSON.stringify(event);
        const result = mapping.render(event);
        expect(JSON.stringify(event)).toBe(before);
        if (!result.ok) {
          expect(result.problem.message).toMatch(/^Mapping at "/);
          return;
        }
        rendered += 1;
        const written = JSON.stringify(result.message);
        expect(Buffer.byteLength(written)).toBeLessThanOrEqual(MAPPING_LIMITS.messageBytes);
        expect(JSON.parse(written)).toEqual(result.message);
        expect(mapping.render(event)).toEqual(result);
      }),
      { ...options, numRuns: 2_000 },
    );
    // The test is meaningful only if enough of the random templates compile.
    expect(compiled).toBeGreaterThan(200);
    expect(rendered).toBeGreaterThan(100);
  });

  it('read only the paths in `reads`', () => {
    fc.assert(
      fc.property(template, scope, (templateString, event) => {
        const mapping = compiledOrUndefined({ m: templateString });
        if (!mapping) return;
        const kept: MappingScope = {
          event: readable(event.event, 'event', mapping.reads),
          data: readable(event.data, 'data', mapping.reads),
          enriched: readable(event.enriched, 'enriched', mapping.reads),
          recipient: readable(event.recipient, 'recipient', mapping.reads),
          brand: readable(event.brand, 'brand', mapping.reads),
        };
        expect(mapping.render(kept)).toEqual(mapping.render(event));
      }),
      { ...options, numRuns: 2_000 },
    );
  });

  it('compile or fail with a MappingError for any text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.constantFrom('{{', '}}', '{%', '%}', '|', ':', '"', '[', ']', 'if', 'data', '-', '..', '('),
          ),
        ),
        (parts) => {
          compiledOrUndefined({ m: parts.join(' ') });
        },
      ),
      { ...options, numRuns: 3_000 },
    );
  });
});

function compiledOrUndefined(from: JsonObject): CompiledMapping | undefined {
  try {
    return compileMapping(from, { defaultCountry: 'IN', timezone: 'Asia/Kolkata' });
  } catch (error) {
    expect(error).toBeInstanceOf(MappingError);
    return undefined;
  }
}

/** Keeps only the read paths of an object, their parents and everything below them. */
function readable(value: JsonObject, rootName: string, reads: readonly string[]): JsonObject {
  const paths = reads.map((read) => read.split('.')).filter(([first]) => first === rootName);
  return prune(
    value,
    paths.map(([, ...rest]) => rest),
  ) as JsonObject;
}

function prune(value: Json, paths: readonly (readonly string[])[]): Json {
  if (paths.some((segments) => segments.length === 0) || typeof value !== 'object' || value === null) return value;
  const under = (name: string): (readonly string[])[] =>
    paths.filter(([first]) => first === name || first === '*').map(([, ...rest]) => rest);
  // A template that reads a list or object can see its size, so only the contents are removed.
  if (Array.isArray(value)) return value.map((item) => pruneChild(item, under('*')));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, pruneChild(item, under(name))]));
}

function pruneChild(item: Json, paths: readonly (readonly string[])[]): Json {
  return paths.length === 0 ? 'not readable' : prune(item, paths);
}
