import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatProblem } from '@patchbay/core';
import { readYaml } from './read-yaml.js';

function problemsOf(text: string): string[] {
  return readYaml(text, 'a.yaml').problems.map(formatProblem);
}

describe('readYaml', () => {
  it('returns plain data and the line of every value', () => {
    const text = ['a:', '  b: [1, "x"]', '', '  c:', '    - d: true', '    - null'].join('\n');
    const { content, sourceLocations, problems } = readYaml(text, 'a.yaml');
    expect(problems).toEqual([]);
    expect(content).toEqual({ a: { b: [1, 'x'], c: [{ d: true }, null] } });
    expect(sourceLocations.get('a')?.line).toBe(1);
    expect(sourceLocations.get('a.b[1]')?.line).toBe(2);
    expect(sourceLocations.get('a.c')?.line).toBe(4);
    expect(sourceLocations.get('a.c[0].d')?.line).toBe(5);
    expect(sourceLocations.get('a.c[1]')?.line).toBe(6);
  });

  it('reads JSON that is indented with tabs', () => {
    expect(readYaml('{\n\t"a": [\n\t\t1\n\t]\n}', 'a.json')).toMatchObject({ content: { a: [1] }, problems: [] });
  });

  it('reads no, on and dates as text, as in YAML 1.2', () => {
    expect(readYaml('a: no\nb: on\nc: 2026-01-01\n200: d', 'a.yaml').content).toEqual({
      a: 'no',
      b: 'on',
      c: '2026-01-01',
      200: 'd',
    });
  });

  it.each([
    ['an alias', 'a: &x 1\nb: *x', 'a.yaml:2 b: aliases'],
    ['a merge key', 'a: 1\nb:\n  <<: {c: 1}', 'a.yaml:3 b.<<: merge keys'],
    ['a custom tag', 'a: !secret b', 'a.yaml:1 a: tags'],
    ['a known tag', 'a: !!binary aGVsbG8=', 'a.yaml:1 a: tags'],
    ['a tag on a group', 'a: !!set {b}', 'a.yaml:1 a: tags'],
    ['a duplicate key', 'a: 1\nb: 2\n"a": 3', 'a.yaml:3 a: the key is defined twice'],
    ['__proto__', 'a:\n  __proto__: {b: 1}', 'a.yaml:2 a.__proto__: a key must not be called __proto__'],
    ['a number that is too large', 'a: 12345678901234567890', 'a.yaml:1 a: the number is too large'],
    ['infinity', 'a: .inf', 'a.yaml:1 a: the value cannot be represented in JSON'],
    ['an infinite number', 'a: 1e400', 'a.yaml:1 a: the value cannot be represented in JSON'],
    ['an unpaired surrogate', 'a: "\\ud800"', 'a.yaml:1 a: the text contains a character'],
    ['NUL', 'a: "\\0"', 'a.yaml:1 a: the text contains a character'],
    ['a second document', 'a: 1\n---\nb: 2', 'a.yaml:2 the file contains more than one document'],
    ['a list as a key', '? [1]\n: b', 'a.yaml:1 a key has to be plain text'],
    ['a tab as indentation', 'a:\n\tb: 1', 'a.yaml:2 a tab is used'],
    ['a missing quote', 'a: 1\nb: "c', 'a.yaml:2 something is missing'],
    ['wrong indentation', 'a:\n   b: 1\n  c: 2', 'a.yaml:3 '],
  ])('rejects %s with its line', (_name, text, expected) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(expected)]);
  });

  it('does not quote an invalid line, which may contain a secret', () => {
    expect(problemsOf('a: [invented-secret\nb: invented-secret: x: "').join()).not.toMatch(/invented/);
  });

  it.each([
    ['brackets', '['.repeat(1_000_000), 'nested deeper'],
    ['dashes', '- '.repeat(500_000), 'nested deeper'],
    ['indentation', Array.from({ length: 1_400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), 'nested deeper'],
    ['values', `[${'1,'.repeat(499_000)}]`, 'too many values'],
    ['anchors', '&a '.repeat(300_000), 'too many values'],
  ])('stops early if the text consists of %s', (_name, text, message) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(message)]);
  });

  it('reads 50,000 keys in linear time', () => {
    const text = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(Object.keys(readYaml(text, 'a.yaml').content ?? {})).toHaveLength(50_000);
  });

  it('never throws for any text', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      '|',
      '>',
      '&x ',
      '*x',
      '!t ',
      '#',
      '%',
      '---\n',
      '? ',
      '\t',
      '<<',
      '${env:A}',
      '\\u0000',
      '\ud800',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const { problems, content } = readYaml(text, 'a.yaml');
          expect(JSON.parse(JSON.stringify(content))).toEqual(content);
          for (const problem of problems) expect(problem.line).toBeGreaterThan(0);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
