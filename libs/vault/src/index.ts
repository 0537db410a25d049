export * from './master-key.js';
export * from './master-key-file.js';
export * from './vault.js';
