import { baseline } from './baseline.mjs';
import { hub } from './hub.mjs';
import { nodeRed } from './node-red.mjs';

const API_AND_WORKER = [
  { name: 'api', script: 'api' },
  { name: 'worker', script: 'worker' },
];
const TWO_EQUAL_PROCESSES = [
  { name: 'all-1', script: 'all' },
  { name: 'all-2', script: 'all' },
];

/** Systems that the benchmark compares, by name. Optional systems run only if an option names them. */
export const SYSTEMS = {
  hub: { label: 'hub (Redis)', ...hub({ usesRedis: true }) },
  'hub-pg': { label: 'hub (PostgreSQL)', ...hub({ usesRedis: false }) },
  typical: { label: 'typical', ...baseline('typical', API_AND_WORKER) },
  naive: { label: 'naive', ...baseline('naive', API_AND_WORKER) },
  limit: { label: 'limit', ...baseline('limit', API_AND_WORKER) },
  'limit-born': { label: 'limit-born', ...baseline('limit-born', TWO_EQUAL_PROCESSES) },
  'node-red': { label: 'Node-RED', optional: true, ...nodeRed() },
};
