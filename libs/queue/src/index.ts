export { BullWakeUps } from './bull-wake-ups.js';
export { QUEUE_CONNECTIONS, type QueueBackendOptions } from './queue-backend.js';
export { QueueModule, type QueueModuleOptions } from './queue.module.js';
