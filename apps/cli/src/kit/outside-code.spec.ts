import { describe, expect, it } from '@jest/globals';
import { outsideCode } from './outside-code.js';

const COPIES = new Map([
  ['@patchbay/core', 'dist/copied/core/index.js'],
  ['@patchbay/http', 'dist/copied/http/index.js'],
]);

describe('outsideCode', () => {
  it.each([
    ['dist/suite/bench.js', `import { a } from '@patchbay/core';`, `import { a } from '../copied/core/index.js';`],
    ['dist/index.d.ts', `export * from "@patchbay/http";`, `export * from "./copied/http/index.js";`],
    ['dist/copied/http/x.js', `await import('@patchbay/core')`, `await import('../core/index.js')`],
    ['dist/copied/http/index.d.ts', `import('@patchbay/http').A`, `import('./index.js').A`],
    ['dist/index.js', `import { b } from '@patchbay/plugin-sdk';`, `import { b } from '@patchbay/plugin-sdk';`],
    ['dist/index.js', `throw new Error('import @patchbay/core');`, `throw new Error('import @patchbay/core');`],
  ])('makes imports of copied libraries relative: %s', (file, text, expected) => {
    expect(outsideCode(text, file, COPIES)).toBe(expected);
  });

  it('removes the comment with the source map', () => {
    expect(outsideCode('const a = 1;\n//# sourceMappingURL=index.js.map', 'dist/index.js', COPIES)).toBe(
      'const a = 1;\n',
    );
  });
});
