import base from '../jest.config.js';

/**
 * Configuration of the tests that take minutes: `npm run test:long`. They need a build. One runs after the other,
 * because the fault campaign has time limits.
 */
export default {
  ...base,
  rootDir: '..',
  testMatch: ['<rootDir>/test/**/*.long-spec.ts'],
  maxWorkers: 1,
};
