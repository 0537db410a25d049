import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FilterError } from '../filter-error.js';
import type { Json, JsonObject } from '../json-types.js';
import type { FilterScope } from '../scope.js';
import { compileFilter } from './compile-filter.js';
import { EventBudget, type FilterVerdict } from './evaluate-filter.js';

const scope: FilterScope = {
  event: { type: 'pointsIssued', customerId: null },
  data: {
    points: 50,
    numeral: '50',
    zero: 0,
    tier: 'gold',
    yes: true,
    no: false,
    nothing: null,
    blank: '',
    date: '2026-03-04T10:00:00Z',
    tags: ['new', 'vip', 7],
    empty: [],
    items: [{ sku: 'a', qty: 1, parts: [{ id: 'p1' }] }, { sku: 'b', qty: 5 }, { other: 1 }],
    nested: { list: [[1, 2], [3]] },
  },
  brand: { name: 'acme' },
};

function judge(when: JsonObject, event: FilterScope = scope): FilterVerdict {
  return compileFilter(when).evaluate(event, new EventBudget());
}

function matches(when: JsonObject, event: FilterScope = scope): boolean {
  return judge(when, event).kind === 'matched';
}

/** Filters, each with its expected verdict for the scope. */
const TABLE: [when: JsonObject, matches: boolean][] = [
  [{}, true],
  [{ 'data.points': 50 }, true],
  [{ 'data.points': 51 }, false],
  [{ 'data.points': '50' }, false],
  [{ 'data.numeral': 50 }, false],
  [{ 'data.yes': true }, true],
  [{ 'data.yes': 1 }, false],
  [{ 'data.nothing': null }, true],
  [{ 'data.missing': null }, true],
  [{ 'data.zero': null }, false],
  [{ 'data.blank': '' }, true],
  [{ 'data.tier': 'gold', 'brand.name': 'acme', 'event.type': 'pointsIssued' }, true],
  [{ 'data.tier': 'gold', 'brand.name': 'other' }, false],
  [{ 'data.tier': { $eq: 'gold' } }, true],
  [{ 'data.tier': { $ne: 'gold' } }, false],
  [{ 'data.tier': { $ne: 'silver' } }, true],
  [{ 'data.missing': { $ne: 'silver' } }, true],
  [{ 'data.nothing': { $ne: null } }, false],
  [{ 'data.zero': { $ne: null } }, true],
  [{ 'data.points': { $gt: 49 } }, true],
  [{ 'data.points': { $gt: 50 } }, false],
  [{ 'data.points': { $gte: 50 } }, true],
  [{ 'data.points': { $gte: 50.5 } }, false],
  [{ 'data.points': { $lt: 51 } }, true],
  [{ 'data.points': { $lt: 50 } }, false],
  [{ 'data.points': { $lte: 50 } }, true],
  [{ 'data.points': { $lte: 49 } }, false],
  [{ 'data.points': { $gte: 10, $lt: 100 } }, true],
  [{ 'data.points': { $gte: 10, $lt: 50 } }, false],
  [{ 'data.numeral': { $gte: 1 } }, false],
  [{ 'data.points': { $gte: '1' } }, false],
  [{ 'data.missing': { $lt: 5 } }, false],
  [{ 'data.nothing': { $lte: 5 } }, false],
  [{ 'data.date': { $gte: '2026-03-01' } }, true],
  [{ 'data.date': { $lt: '2026-03-01' } }, false],
  [{ 'data.tier': { $in: ['silver', 'gold'] } }, true],
  [{ 'data.tier': { $in: ['silver'] } }, false],
  [{ 'data.tier': { $in: [] } }, false],
  [{ 'data.missing': { $in: [null] } }, true],
  [{ 'data.tier': { $nin: ['silver'] } }, true],
  [{ 'data.tier': { $nin: ['gold'] } }, false],
  [{ 'data.missing': { $nin: ['gold'] } }, true],
  [{ 'data.missing': { $nin: [null] } }, false],
  [{ 'data.tier': { $exists: true } }, true],
  [{ 'data.tier': { $exists: false } }, false],
  [{ 'data.missing': { $exists: false } }, true],
  [{ 'data.nothing': { $exists: true } }, true],
  [{ 'data.empty': { $exists: true } }, true],
  [{ data: { $exists: true } }, true],
  [{ 'data.tier.deeper': { $exists: true } }, false],
  [{ 'data.items.parts.id': { $exists: true } }, true],
  [{ 'data.items.parts.none': { $exists: true } }, false],
  [{ 'data.tier': { $startsWith: 'go' } }, true],
  [{ 'data.tier': { $startsWith: 'ol' } }, false],
  [{ 'data.tier': { $endsWith: 'ld' } }, true],
  [{ 'data.tier': { $endsWith: 'go' } }, false],
  [{ 'data.tier': { $contains: 'ol' } }, true],
  [{ 'data.tier': { $contains: 'x' } }, false],
  [{ 'data.points': { $contains: '5' } }, false],
  [{ 'data.missing': { $contains: 'x' } }, false],
  [{ 'data.tags': 'vip' }, true],
  [{ 'data.tags': 'old' }, false],
  [{ 'data.tags': 7 }, true],
  [{ 'data.tags': { $ne: 'vip' } }, false],
  [{ 'data.tags': { $in: ['x', 'new'] } }, true],
  [{ 'data.tags': { $nin: ['x'] } }, true],
  [{ 'data.tags': { $gt: 6 } }, true],
  [{ 'data.tags': { $contains: 'ip' } }, true],
  [{ 'data.tags.1': 'vip' }, true],
  [{ 'data.tags.0': 'vip' }, false],
  [{ 'data.tags.length': 3 }, false],
  [{ 'data.empty': 'x' }, false],
  [{ 'data.empty': { $ne: 'x' } }, true],
  [{ 'data.items.sku': 'b' }, true],
  [{ 'data.items.sku': 'c' }, false],
  [{ 'data.items.1.sku': 'a' }, false],
  [{ 'data.items.1.sku': 'b' }, true],
  [{ 'data.items.qty': { $gte: 5 } }, true],
  [{ 'data.items.none': null }, true],
  [{ 'data.items.parts.id': 'p1' }, true],
  [{ 'data.nested.list.1': 3 }, true],
  [{ 'data.tier': { $not: { $eq: 'gold' } } }, false],
  [{ 'data.tier': { $not: { $startsWith: 'x' } } }, true],
  [{ 'data.points': { $not: { $gte: 10, $lt: 20 } } }, true],
  [{ 'data.points': { $not: { $not: { $gte: 10 } } } }, true],
  [{ $not: { 'data.tier': 'gold', 'data.points': 50 } }, false],
  [{ $not: { 'data.tier': 'gold', 'data.points': 51 } }, true],
  [{ $and: [{ 'data.tier': 'gold' }, { 'data.points': 50 }] }, true],
  [{ $and: [{ 'data.tier': 'gold' }, { 'data.points': 51 }] }, false],
  [{ $or: [{ 'data.tier': 'silver' }, { 'data.points': 50 }] }, true],
  [{ $or: [{ 'data.tier': 'silver' }, { 'data.points': 51 }] }, false],
  [{ $or: [{ $and: [{ 'data.tier': 'gold' }, { $not: { 'data.yes': false } }] }], 'data.yes': true }, true],
];

describe('a when', () => {
  it.each(TABLE)('%j is %s', (when, expected) => expect(matches(when)).toBe(expected));

  it('does not read properties of prototypes', () => {
    for (const path of ['data.toString', 'data.hasOwnProperty', 'data.tags.map', 'data.tier.length', 'event.valueOf']) {
      expect(matches({ [path]: { $exists: true } })).toBe(false);
    }
  });

  it('lists its reads', () => {
    const when = {
      'data.items.0.sku': 'a',
      $or: [{ 'event.type': 'x' }, { $not: { 'brand.name': 'y' } }],
      'data.points': { $not: { $gt: 1 } },
    };
    expect(compileFilter(when).reads).toEqual(['brand.name', 'data.items.*.sku', 'data.points', 'event.type']);
  });
});

describe('a when that does not match', () => {
  const cases: [when: JsonObject, clause: JsonObject][] = [
    [
      { 'data.tier': 'gold', 'data.points': { $gte: 60, $lt: 70 } },
      { path: 'data.points', operator: '$gte', expected: 60, actual: 50 },
    ],
    [{ 'data.numeral': 50 }, { path: 'data.numeral', operator: '$eq', expected: 50, actual: 'text' }],
    [{ 'data.tier': 'silver' }, { path: 'data.tier', operator: '$eq', expected: 'silver', actual: 'text' }],
    [{ 'data.missing': { $gt: 1 } }, { path: 'data.missing', operator: '$gt', expected: 1, actual: 'missing' }],
    [{ 'data.nothing': 'x' }, { path: 'data.nothing', operator: '$eq', expected: 'x', actual: null }],
    [{ 'data.yes': false }, { path: 'data.yes', operator: '$eq', expected: false, actual: true }],
    [{ 'data.tags': 'old' }, { path: 'data.tags', operator: '$eq', expected: 'old', actual: 'list' }],
    [{ 'data.nested': 1 }, { path: 'data.nested', operator: '$eq', expected: 1, actual: 'object' }],
    [{ 'data.items.qty': { $gt: 9 } }, { path: 'data.items.qty', operator: '$gt', expected: 9, actual: 1 }],
    [{ 'data.tier': { $exists: false } }, { path: 'data.tier', operator: '$exists', expected: false, actual: 'text' }],
    [
      { 'data.points': { $not: { $gt: 1 } } },
      { path: 'data.points', operator: '$not', expected: { $gt: 1 }, actual: 50 },
    ],
    [
      { $and: [{ 'data.yes': true }, { 'data.no': true }] },
      { path: 'data.no', operator: '$eq', expected: true, actual: false },
    ],
    [
      { $or: [{ 'data.no': true }] },
      { path: '', operator: '$or', expected: [{ 'data.no': true }], actual: 'none of these holds' },
    ],
    [
      { $not: { 'data.yes': true } },
      { path: '', operator: '$not', expected: { 'data.yes': true }, actual: 'it holds' },
    ],
  ];
  it.each(cases)('%j is explained', (when, clause) => {
    const verdict = judge(when);
    expect(verdict.kind === 'notMatched' && verdict.clause()).toEqual(clause);
  });
});

describe('an invalid when', () => {
  const deep = (levels: number): JsonObject => (levels === 0 ? { 'data.x': 1 } : { $and: [deep(levels - 1)] });
  const cases: [when: Json, path: string, says: string][] = [
    [{ 'recipient.phone': 1 }, 'recipient.phone', '"recipient" is not known here'],
    [{ 'enriched.x': 1 }, 'enriched.x', 'event, data, brand'],
    [{ 'dat.x': 1 }, 'dat.x', 'Did you mean "data"?'],
    [{ '': 1 }, '', 'start the path with one of'],
    [{ 'data..x': 1 }, 'data..x', 'part of the path is empty'],
    [{ 'data.__proto__.x': 1 }, 'data.__proto__.x', 'not allowed'],
    [{ 'data.constructor': 1 }, 'data.constructor', 'not allowed'],
    [{ 'data.a.prototype': 1 }, 'data.a.prototype', 'not allowed'],
    [{ __proto__x: 1 }, '__proto__x', 'is not known here'],
    [{ [`data${'.a'.repeat(32)}`]: 1 }, `data${'.a'.repeat(32)}`, 'at most 32 parts'],
    [{ [`data.${'a'.repeat(600)}`]: 1 }, `data.${'a'.repeat(600)}`, 'at most 512 characters'],
    [{ 'data.x': { $where: 'sleep(1)' } }, 'data.x.$where', 'not an operator'],
    [{ 'data.x': { $regex: '(a+)+$' } }, 'data.x.$regex', 'not an operator'],
    [{ 'data.x': { $gtt: 1 } }, 'data.x.$gtt', 'Did you mean "$gt"?'],
    [{ 'data.x': { constructor: 1 } }, 'data.x.constructor', 'not an operator'],
    [{ $where: 'sleep(1)' }, '$where', 'only $and, $or and $not'],
    [{ $expr: {} }, '$expr', 'only $and, $or and $not'],
    [{ 'data.x': { tier: 'gold' } }, 'data.x.tier', 'whole dotted path'],
    [{ 'data.x': {} }, 'data.x', 'has no condition'],
    [{ 'data.x': [1] }, 'data.x', 'not with list'],
    [{ 'data.x': { $eq: { a: 1 } } }, 'data.x.$eq', 'not with object'],
    [{ 'data.x': { $in: 'a' } }, 'data.x.$in', 'needs a list'],
    [{ 'data.x': { $in: [[1]] } }, 'data.x.$in.0', 'not with list'],
    [{ 'data.x': { $in: Array<number>(1_001).fill(1) } }, 'data.x.$in', 'at most 1000 values'],
    [{ 'data.x': { $gt: true } }, 'data.x.$gt', 'not with boolean'],
    [{ 'data.x': { $lt: null } }, 'data.x.$lt', 'not with null'],
    [{ 'data.x': { $exists: 1 } }, 'data.x.$exists', 'true or false'],
    [{ 'data.x': { $contains: 5 } }, 'data.x.$contains', 'needs a text'],
    [{ 'data.x': { $startsWith: '' } }, 'data.x.$startsWith', 'at least one character'],
    [{ 'data.x': { $contains: 'a'.repeat(251) } }, 'data.x.$contains', 'at most 250 characters'],
    [{ 'data.x': 'a'.repeat(1_001) }, 'data.x', 'at most 1000 characters'],
    [{ 'data.x': { $not: 5 } }, 'data.x.$not', 'needs operators'],
    [{ $and: [] }, '$and', 'at least one'],
    [{ $or: { 'data.x': 1 } }, '$or', 'needs a list'],
    [{ $or: ['data.x'] }, '$or.0', 'not text'],
    [{ $not: [{ 'data.x': 1 }] }, '$not', 'not list'],
    [deep(8), '$and.0.$and.0.$and.0.$and.0.$and.0.$and.0.$and.0.$and.0', 'nested deeper than 8 levels'],
    [
      { $or: Array.from({ length: 101 }, (_, index) => ({ 'data.x': index })) },
      '$or.100.data.x',
      'at most 100 conditions',
    ],
    ['data.x', '', 'not text'],
  ];
  it.each(cases)('%j is rejected', (when, path, says) => {
    let error: unknown;
    try {
      compileFilter(when as JsonObject);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FilterError);
    expect(error).toMatchObject({ path, message: expect.stringContaining(says) });
  });

  it('is valid up to the limits', () => {
    expect(matches(deep(7), { ...scope, data: { x: 1 } })).toBe(true);
    const many = { $or: Array.from({ length: 100 }, (_, index) => ({ 'data.x': index })) };
    expect(matches(many, { ...scope, data: { x: 99 } })).toBe(true);
    expect(
      matches(
        { 'data.x': { $in: Array.from({ length: 1_000 }, (_, index) => index) } },
        { ...scope, data: { x: 999 } },
      ),
    ).toBe(true);
  });
});

describe('any when and any event', () => {
  const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  process.stderr.write(`compile-filter.spec: FC_SEED=${seed}\n`);

  const scalar = fc.constantFrom<Json>(null, true, 0, 1, -1, 'a', 'ab', '', '2026');
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', '0'), tie('json'), { maxKeys: 3 }),
    ),
  }));
  const path = fc
    .array(fc.constantFrom('a', 'b', '0', '1'), { maxLength: 3 })
    .map((rest) => ['data', ...rest].join('.'));
  const condition = fc.oneof(
    scalar,
    fc
      .tuple(fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$startsWith', '$contains'), scalar)
      .map(([name, to]) => ({ [name]: to })),
    fc.tuple(fc.constantFrom('$in', '$nin'), fc.array(scalar, { maxLength: 3 })).map(([name, to]) => ({ [name]: to })),
    fc.boolean().map(($exists) => ({ $exists })),
  );

  it('a condition and its negation never agree', () => {
    fc.assert(
      fc.property(path, condition, json, (at, expected, data) => {
        const event: FilterScope = { event: {}, data: { a: data, b: [data] }, brand: {} };
        let plain: boolean;
        try {
          plain = matches({ [at]: expected }, event);
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError);
          return;
        }
        expect(matches({ $not: { [at]: expected } }, event)).toBe(!plain);
        expect(matches({ $or: [{ [at]: expected }] }, event)).toBe(plain);
        expect(matches({ $and: [{ [at]: expected }, {}] }, event)).toBe(plain);
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it('$ne and $nin negate $eq and $in', () => {
    fc.assert(
      fc.property(path, scalar, fc.array(scalar, { maxLength: 4 }), json, (at, value, values, data) => {
        const event: FilterScope = { event: {}, data: { a: data, b: [data] }, brand: {} };
        const says = (operator: string, to: Json): boolean => matches({ [at]: { [operator]: to } }, event);
        expect(says('$ne', value)).toBe(!says('$eq', value));
        expect(says('$nin', values)).toBe(!says('$in', values));
        expect(says('$in', [value])).toBe(says('$eq', value));
      }),
      { seed, numRuns: 2_000 },
    );
  });
});

describe('a when with hidden values', () => {
  const hidden = [
    ['data', 'tier'],
    ['data', 'items', 0, 'sku'],
  ];
  const kindOf = (when: JsonObject, event = scope): string =>
    compileFilter(when, hidden).evaluate(event, new EventBudget()).kind;

  it.each<[when: JsonObject, kind: string]>([
    [{ 'data.tier': 'gold' }, 'undetermined'],
    [{ 'data.tier': { $ne: 'gold' } }, 'undetermined'],
    [{ 'data.tier': { $exists: true } }, 'undetermined'],
    [{ 'data.tier': { $not: { $startsWith: 'g' } } }, 'undetermined'],
    [{ 'data.items.sku': 'a' }, 'undetermined'],
    [{ 'data.items.1.sku': 'b' }, 'undetermined'],
    [{ 'data.items': { $exists: true } }, 'undetermined'],
    [{ data: { $exists: true } }, 'undetermined'],
    [{ $not: { 'data.tier': 'gold' } }, 'undetermined'],
    [{ 'data.tier': 'gold', 'data.points': 50 }, 'undetermined'],
    [{ 'data.tier': 'gold', 'data.points': 51 }, 'notMatched'],
    [{ $or: [{ 'data.tier': 'gold' }, { 'data.points': 50 }] }, 'matched'],
    [{ $or: [{ 'data.tier': 'gold' }, { 'data.points': 51 }] }, 'undetermined'],
    [{ $not: { 'data.tier': 'gold', 'data.points': 51 } }, 'matched'],
    [{ 'data.items.qty': 5 }, 'matched'],
  ])('%j is %s', (when, kind) => expect(kindOf(when)).toBe(kind));

  it('does not depend on the hidden values', () => {
    const other = { ...scope, data: { ...scope.data, tier: 'x', items: [{ sku: 'z' }] } };
    for (const [when] of TABLE) {
      if (!JSON.stringify(when).includes('data.tier')) continue;
      expect([when, kindOf(when, other)]).toEqual([when, kindOf(when)]);
    }
  });

  it('names the condition that reads a hidden value', () => {
    const verdict = compileFilter({ 'data.tier': 'gold' }, hidden).evaluate(scope, new EventBudget());
    expect(verdict.kind === 'undetermined' && verdict.clause()).toEqual({
      ...{ path: 'data.tier', operator: '$eq', expected: 'gold', actual: 'hidden: it is personal' },
    });
  });
});
