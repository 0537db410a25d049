export { startAnsweringThread, type AnsweringThread } from './answering-thread.js';
export { disconnectingPostgres, type DisconnectingPostgres } from './disconnecting-postgres.js';
export { multiplyEvents } from './multiply-events.js';
export { ownPostgres, type OwnPostgres, type OwnPostgresOptions } from './own-postgres.js';
export { ownStandby, type OwnStandbyOptions } from './own-standby.js';
export { ownPgBouncer, type PgBouncer, type PgBouncerOptions } from './pgbouncer.js';
export { recordServer } from './run-folder.js';
export { olderPostgres, ownServers, sharedPostgres, type PostgresServer } from './postgres-server.js';
export { skip, type Skipped } from './skipped.js';
export {
  createTestDatabase,
  SERVICE_TIMEOUT_MS,
  type TestDatabase,
  type TestDatabaseOptions,
} from './test-database.js';
export { ownRedisCluster, type RedisCluster } from './redis-cluster.js';
export { ownRedisSentinel, type RedisSentinel } from './redis-sentinel.js';
export { ownRedis, testRedis, type OwnRedis, type TestRedis } from './test-redis.js';
export { until, type UntilOptions } from './until.js';
