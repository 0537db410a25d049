export { createLogger } from './boot/logger.js';
export { startHub, type Hub, type HubOptions } from './hub.js';
