import base from '../../jest.config.js';

/**
 * Configuration of the tests of the image, the compose file and the Kubernetes objects: `npm run test:deploy`. They need
 * Linux and the registry of npm, but neither Docker nor a cluster.
 */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/deploy/**/*.deploy-spec.ts'],
  testTimeout: 900_000,
};
