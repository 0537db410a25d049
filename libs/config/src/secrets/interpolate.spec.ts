import { describe, expect, it } from '@jest/globals';
import { interpolate } from './interpolate.js';

const sourceLocations = new Map([['', { file: 'a.yaml', line: 1 }]]);

describe('interpolate', () => {
  it('resolves several references in one text, but none in keys', () => {
    const content = { '${env:A}': ['Bearer ${env:A}', { b: '${env:A}:${file:B}' }], c: 1, d: null };
    const result = interpolate(
      { content, sourceLocations },
      (kind, name) => ({ value: `<${kind} ${name}>` }),
      () => false,
    );
    expect(result.content).toEqual({ '${env:A}': ['Bearer <env A>', { b: '<env A>:<file B>' }], c: 1, d: null });
    expect([...result.interpolated]).toEqual(['${env:A}[0]', '${env:A}[1].b']);
    expect(result.problems).toEqual([]);
  });

  it('does not change other texts that contain a dollar sign', () => {
    const content = ['$1 & $&', '${other}', '{{ a }}', '$$', '${env'];
    expect(
      interpolate(
        { content, sourceLocations },
        () => ({ value: '!' }),
        () => false,
      ).content,
    ).toEqual(content);
  });

  it('does not interpret replacement patterns in a value', () => {
    const result = interpolate(
      { content: 'a${env:A}b', sourceLocations },
      () => ({ value: "$&$1$'" }),
      () => false,
    );
    expect(result.content).toBe("a$&$1$'b");
  });

  it('limits the size of all resolved values', () => {
    const content = Array.from({ length: 200 }, () => '${file:large}');
    const result = interpolate(
      { content, sourceLocations },
      () => ({ value: 'x'.repeat(65_536) }),
      () => false,
    );
    expect(result.problems[0]?.message).toContain('more than 4 MiB');
    expect(JSON.stringify(result.content).length).toBeLessThan(5 * 1024 * 1024);
  });
});
