export * from './example-crm.js';
export * from './example-brand.js';
export * from './example-events.js';
export * from './expected-messages.js';
export * from './sandbox-brand.js';
