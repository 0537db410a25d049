import { baseline } from './baseline.mjs';
import { hub } from './hub.mjs';

/** Systems that the benchmark compares, by name. */
export const SYSTEMS = {
  hub: { label: 'hub (Redis)', ...hub({ usesRedis: true }) },
  'hub-pg': { label: 'hub (PostgreSQL)', ...hub({ usesRedis: false }) },
  typical: { label: 'typical', ...baseline('typical') },
  naive: { label: 'naive', ...baseline('naive') },
  limit: { label: 'limit', ...baseline('limit') },
};
