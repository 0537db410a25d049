import base from '../../jest.config.js';

/** Configuration of the tests in a browser: `npm run test:browser -- [area]`. They are not part of `npm test`. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/**/*.browser-spec.ts'],
  // A test mostly waits for its page, so two cores are busy only with two files at a time.
  maxWorkers: 2,
  testTimeout: 300_000,
};
