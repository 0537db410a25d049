export * from './behaviour.js';
export * from './discover-sandboxes.js';
export * from './invented-rsa-key.js';
export * from './request-schema.js';
export * from './sandbox.js';
export * from './sandbox-definition.js';
export * from './sandbox-request.js';
export * from './start-sandbox.js';
