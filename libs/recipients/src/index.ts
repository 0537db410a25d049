export * from './event-recipient-source.js';
export * from './recipient-resolver.js';
