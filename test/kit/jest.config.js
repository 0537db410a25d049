import base from '../../jest.config.js';

/**
 * Configuration of the tests of what plugin authors get, the kit and new plugins: `npm run test:kit`. They need a build and
 * npm.
 */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/{test/kit,apps/cli}/**/*.kit-spec.ts'],
  testTimeout: 300_000,
};
