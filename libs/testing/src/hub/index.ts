export * from './start-sandbox-hub.js';
