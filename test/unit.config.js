import base from '../jest.config.js';

/**
 * Configuration of the tests that start no PostgreSQL and no Redis, with a few exceptions: `npm run test:unit`, a part of
 * `npm test`.
 */
export default {
  ...base,
  rootDir: '..',
  testMatch: ['<rootDir>/{apps,plugins}/**/*.spec.ts', '<rootDir>/libs/!(database|embedded|queue)/**/*.spec.ts'],
};
