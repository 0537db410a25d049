import base from '../../../jest.config.js';

/**
 * Configuration of the test that runs the documentation: `npm run test:docs`. It needs Linux, a build, PostgreSQL, Redis
 * and PgBouncer of Debian, and Git.
 */
export default {
  ...base,
  rootDir: '../../..',
  testMatch: ['<rootDir>/test/docs/run/**/*.docs-spec.ts'],
  testTimeout: 1_200_000,
};
