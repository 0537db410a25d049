import { describe, expect, it } from '@jest/globals';
import { interpolate } from './interpolate.js';

const sourceLocations = new Map([['', { file: 'a.yaml', line: 1 }]]);

describe('references', () => {
  it('are resolved inside texts, several in one, and never in keys', () => {
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

  it('leave other texts with a dollar alone', () => {
    const content = ['$1 & $&', '${other}', '{{ a }}', '$$', '${env'];
    expect(
      interpolate(
        { content, sourceLocations },
        () => ({ value: '!' }),
        () => false,
      ).content,
    ).toEqual(content);
  });

  it('put a value in as it is, signs of replacement patterns too', () => {
    const result = interpolate(
      { content: 'a${env:A}b', sourceLocations },
      () => ({ value: "$&$1$'" }),
      () => false,
    );
    expect(result.content).toBe("a$&$1$'b");
  });

  it('cannot grow without bound', () => {
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
