export * from './environment-master-keys.js';
export * from './file-master-keys.js';
export * from './master-key-ring.js';
export * from './master-key-rotation.js';
export * from './master-key.js';
export * from './vault.js';
