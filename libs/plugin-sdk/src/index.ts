import 'reflect-metadata';

export * from './basic-auth.js';
export * from './callback-url.js';
export * from './delivery-error.js';
export * from './destination.js';
export * from './equal-in-constant-time.js';
export * from './event-envelope.js';
export * from './field/index.js';
export * from './http-client.js';
export * from './http-status.js';
export * from './json.js';
export * from './sms/sms-fields.js';
export * from './sms/sms-size.js';
export * from './vendor-error.js';
