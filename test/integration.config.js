import base from '../jest.config.js';

/** Configuration of the tests with PostgreSQL and Redis, and end to end: `npm run test:integration`, a part of `npm test`. */
export default {
  ...base,
  rootDir: '..',
  testMatch: ['<rootDir>/libs/{database,embedded,queue}/**/*.spec.ts', '<rootDir>/test/**/*.{spec,e2e-spec}.ts'],
};
