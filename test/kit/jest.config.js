import base from '../../jest.config.js';

/** Configuration of the tests of the kit for plugin authors: `npm run test:kit`. They need a build and npm. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/kit/**/*.kit-spec.ts'],
  testTimeout: 300_000,
};
