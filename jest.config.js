import { join } from 'node:path';

/** Configuration of all tests: SWC compiles TypeScript, and imports of workspaces use their sources. */
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

export default {
  // Absolute paths, because tests run Jest with this configuration in other folders too.
  testEnvironment: join(import.meta.dirname, 'test', 'jest', 'shared-environment.cjs'),
  runtime: join(import.meta.dirname, 'test', 'jest', 'shared-runtime.cjs'),
  testEnvironmentOptions: { customExportConditions: ['patchbay-src', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Two versions of a package have the same name, which Jest would report.
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/test/fixtures/versioned-plugin/'],
  globalSetup: '<rootDir>/libs/testing/src/services/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/src/services/jest-global-teardown.mjs',
  testMatch: ['<rootDir>/{apps,libs,plugins,test}/**/*.{spec,e2e-spec}.ts'],
  // Tests often wait for a server, so two cores are busy only with three workers.
  maxWorkers: 3,
  // Jest keeps the ES modules of all files that a worker has run.
  workerIdleMemoryLimit: '1GB',
  // The timeout is long enough for a busy machine, and still detects a test that hangs.
  testTimeout: 30_000,
};
