/** Options of SWC, which compiles the TypeScript files for the tests of the sources. */
const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    target: 'es2022',
    keepClassNames: true,
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
  swcrc: false,
};

/** The same tests run twice: on the sources, and on the compiled files, which the hub loads as a package. */
export default {
  projects: [
    {
      displayName: 'sources',
      testMatch: ['<rootDir>/*.spec.ts'],
      extensionsToTreatAsEsm: ['.ts'],
      transform: { '^.+\\.ts$': ['@swc/jest', swc] },
      moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    },
    { displayName: 'built', testMatch: ['<rootDir>/dist/*.spec.js'], transform: {} },
  ],
  testTimeout: 30_000,
};
