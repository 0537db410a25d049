import browser from './jest.config.js';

/** Configuration of `npm run console:compare`, which compares pictures of two consoles. */
export default { ...browser, testMatch: ['<rootDir>/test/browser/compare.ts'] };
