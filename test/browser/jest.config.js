import base from '../../jest.config.js';

/** Configuration of the tests in a browser: `npm run test:browser -- [area]`. They are not part of `npm test`. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/**/*.browser-spec.ts'],
  // Each test file has a hub and a browser, and both need a processor of their own.
  maxWorkers: 1,
  testTimeout: 300_000,
};
