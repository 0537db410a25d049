export { BullWakeUps } from './bull-wake-ups.js';
export { type QueueBackendOptions } from './open-queue-backend.js';
export { QUEUE_CONNECTIONS } from './postgres-backend.js';
export { QueueModule, type QueueModuleOptions } from './queue.module.js';
export { type RedisState } from './redis-state.js';
