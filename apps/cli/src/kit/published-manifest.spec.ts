import { describe, expect, it } from '@jest/globals';
import { KIT_PACKAGES } from './kit-packages.js';
import { publishedManifest } from './published-manifest.js';

const [, TESTING] = KIT_PACKAGES;
if (TESTING === undefined) throw new Error('The kit has no second package.');

const entry = (path: string) => ({
  'patchbay-src': `./src/${path}.ts`,
  types: `./dist/${path}.d.ts`,
  default: `./dist/${path}.js`,
});
const own = {
  name: '@patchbay/testing',
  version: '0.1.0',
  private: true,
  type: 'module',
  exports: { '.': entry('index'), './services': entry('services/index'), './suite': entry('suite/index') },
  dependencies: { '@patchbay/http': '0.1.0', ajv: '8.20.0' },
  peerDependencies: { '@patchbay/plugin-sdk': '0.1.0' },
  devDependencies: { '@jest/globals': '30.5.2', pg: '8.23.1' },
};
const http = { name: '@patchbay/http', dependencies: { '@patchbay/plugin-sdk': '0.1.0', undici: '7.30.2' } };

describe('publishedManifest', () => {
  it('keeps the entry points for authors, without sources, and the dependencies of copied libraries', () => {
    expect(publishedManifest(TESTING, own, [http])).toEqual({
      name: '@patchbay/testing',
      version: '0.1.0',
      type: 'module',
      engines: { node: '>=20.19' },
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './suite': { types: './dist/suite/index.d.ts', default: './dist/suite/index.js' },
      },
      files: ['dist'],
      dependencies: { ajv: '8.20.0', undici: '7.30.2' },
      peerDependencies: { '@jest/globals': '^30.5.2', '@patchbay/plugin-sdk': '^0.1.0' },
    });
  });

  it('refuses a library without an entry point of the kit', () => {
    const { './suite': _suite, ...exports } = own.exports;
    expect(() => publishedManifest(TESTING, { ...own, exports }, [http])).toThrow('no entry point "./suite"');
  });
});
