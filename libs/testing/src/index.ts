export * from './hub/index.js';
export * from './sandbox/index.js';
