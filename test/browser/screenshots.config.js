import browser from './jest.config.js';

/** Configuration of `npm run console:screenshots`, which takes the pictures of docs/console.md. */
export default { ...browser, testMatch: ['<rootDir>/test/browser/screenshots.ts'] };
