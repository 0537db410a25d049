export { createLogger } from './boot/logger.js';
export type { HubOptions } from './context/hub-options.js';
export { startHub, type Hub } from './hub.js';
export { METRICS, type MetricDefinition } from './metrics/metric-definitions.js';
