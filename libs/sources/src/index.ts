export { authenticateSource } from './authentication/authenticate-source.js';
export { sourceAdapters } from './source-adapters.js';
