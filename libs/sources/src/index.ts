export * from './authentication/authenticate-source.js';
export * from './source-adapters.js';
