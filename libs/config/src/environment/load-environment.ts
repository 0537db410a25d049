import { statSync } from 'node:fs';
import { ConfigurationError } from '@patchbay/core';
import { checkDemoSandboxes } from './demo-sandboxes.js';
import { HUB_ROLES, LOG_LEVELS, type HubEnvironment, type HubRole, type PoolSizes } from './hub-environment.js';
import {
  checkAdminKey,
  checkBrandNames,
  checkChoice,
  checkClientSecret,
  checkDatabaseUrl,
  checkEgressAllow,
  checkHost,
  checkLag,
  checkMasterKey,
  checkPoolSize,
  checkPort,
  checkProxyUrl,
  checkPublicUrl,
  type Checked,
} from './variable-checks.js';
import { checkRedisUrl } from './redis-url.js';
import { readTracing } from './tracing-variables.js';
import { VariableReader } from './variable-reader.js';

/**
 * Default sizes of the pools. A worker claims and records in batches, so few connections suffice. It serves no admin API,
 * whose lists may each occupy a connection for seconds.
 */
const DEFAULT_POOLS: Readonly<Record<HubRole, PoolSizes>> = {
  all: { hot: 10, general: 4 },
  api: { hot: 6, general: 4 },
  worker: { hot: 4, general: 2 },
};

const DEFAULT_MAX_LAG_MS = 10_000;

/**
 * Reads and checks the environment. An empty variable counts as not set, because compose files pass unset variables as
 * empty text.
 * @throws ConfigurationError with all problems, one line per variable and without values
 */
export function loadEnvironment(env: Readonly<Record<string, string | undefined>>): HubEnvironment {
  const reader = new VariableReader(env);
  const databaseUrl = reader.read('DATABASE_URL', checkDatabaseUrl);
  const embedded = !reader.isSet('DATABASE_URL');
  const databaseDirectUrl = reader.read('DATABASE_DIRECT_URL', checkDatabaseUrl);
  const databaseReplicaUrl = reader.read('DATABASE_REPLICA_URL', checkDatabaseUrl);
  const maxLagMs = reader.read('DATABASE_REPLICA_MAX_LAG', checkLag);
  const role = reader.read('PATCHBAY_ROLE', checkChoice(HUB_ROLES)) ?? 'all';
  const masterKey = reader.read('PATCHBAY_MASTER_KEY', checkMasterKey);
  const masterKeyPrevious = reader.read('PATCHBAY_MASTER_KEY_PREVIOUS', checkMasterKey);

  if (!embedded && !reader.isSet('PATCHBAY_MASTER_KEY')) {
    reader.problem(
      'PATCHBAY_MASTER_KEY',
      'is required if DATABASE_URL is set. Generate a key with: openssl rand -base64 32. ' +
        'Keep it as long as the database',
    );
  }
  if (databaseDirectUrl !== undefined && embedded) {
    reader.problem('DATABASE_DIRECT_URL', 'has no effect without DATABASE_URL: set DATABASE_URL, or remove it');
  }
  if (databaseReplicaUrl !== undefined && embedded) {
    reader.problem('DATABASE_REPLICA_URL', 'has no effect without DATABASE_URL: set DATABASE_URL, or remove it');
  }
  if (maxLagMs !== undefined && !reader.isSet('DATABASE_REPLICA_URL')) {
    reader.problem(
      'DATABASE_REPLICA_MAX_LAG',
      'has no effect without a replica: set DATABASE_REPLICA_URL, or remove it',
    );
  }
  if (masterKeyPrevious !== undefined && masterKey === undefined) {
    reader.problem(
      'PATCHBAY_MASTER_KEY_PREVIOUS',
      'has no effect without a new key: set PATCHBAY_MASTER_KEY to the new key',
    );
  }
  if (embedded && role !== 'all') {
    reader.problem('PATCHBAY_ROLE', `${role} needs a database that all processes share: set DATABASE_URL, or use all`);
  }

  const egressProxyUrl = reader.read('PATCHBAY_EGRESS_PROXY', checkProxyUrl);
  const egressProxyDns = reader.read('PATCHBAY_EGRESS_PROXY_DNS', checkChoice(['hub', 'proxy']));
  if (egressProxyDns !== undefined && !reader.isSet('PATCHBAY_EGRESS_PROXY')) {
    reader.problem(
      'PATCHBAY_EGRESS_PROXY_DNS',
      'has no effect without a proxy: set PATCHBAY_EGRESS_PROXY, or remove it',
    );
  }

  const host = reader.read('HOST', checkHost) ?? (embedded ? '127.0.0.1' : '0.0.0.0');
  const demoSandboxes = reader.read('PATCHBAY_DEMO_SANDBOXES', checkDemoSandboxes);
  if (demoSandboxes !== undefined && (!embedded || host !== '127.0.0.1')) {
    reader.problem('PATCHBAY_DEMO_SANDBOXES', 'is for the demo only, on 127.0.0.1 and without DATABASE_URL: remove it');
  }

  const environment: HubEnvironment = {
    port: reader.read('PORT', checkPort) ?? 3000,
    host,
    ...optional('databaseUrl', databaseUrl),
    ...optional('databaseDirectUrl', databaseDirectUrl),
    ...optional(
      'databaseReplica',
      databaseReplicaUrl === undefined
        ? undefined
        : { url: databaseReplicaUrl, maxLagMs: maxLagMs ?? DEFAULT_MAX_LAG_MS },
    ),
    databasePools: {
      hot: reader.read('PATCHBAY_DB_HOT', checkPoolSize) ?? DEFAULT_POOLS[role].hot,
      general: reader.read('PATCHBAY_DB_GENERAL', checkPoolSize) ?? DEFAULT_POOLS[role].general,
    },
    ...optional('redis', reader.read('REDIS_URL', checkRedisUrl)),
    role,
    configDirectory: reader.read('PATCHBAY_CONFIG', checkDirectory) ?? './config',
    ...optional('masterKey', masterKey),
    ...optional('masterKeyPrevious', masterKeyPrevious),
    ...optional('adminKey', reader.read('PATCHBAY_ADMIN_KEY', checkAdminKey)),
    ...optional('oidcClientSecret', reader.read('PATCHBAY_OIDC_CLIENT_SECRET', checkClientSecret)),
    ...optional('publicUrl', reader.read('PATCHBAY_PUBLIC_URL', checkPublicUrl)),
    egressAllow: reader.read('PATCHBAY_EGRESS_ALLOW', checkEgressAllow) ?? [],
    ...optional(
      'egressProxy',
      egressProxyUrl === undefined ? undefined : { url: egressProxyUrl, resolvesNames: egressProxyDns === 'proxy' },
    ),
    awsBrands: reader.read('PATCHBAY_AWS_BRANDS', checkBrandNames) ?? [],
    ...optional('secretsDirectory', reader.read('PATCHBAY_SECRETS_DIR', checkDirectory)),
    ...optional('importDirectory', reader.read('PATCHBAY_IMPORT_DIR', checkDirectory)),
    ...optional('demoInboxUrl', reader.read('PATCHBAY_DEMO_INBOX_URL', checkPublicUrl)),
    ...optional('demoSandboxes', demoSandboxes),
    ...optional('tracing', readTracing(reader)),
    logLevel: reader.read('LOG_LEVEL', checkChoice(LOG_LEVELS)) ?? 'info',
  };
  if (reader.problems.length > 0) throw new ConfigurationError(reader.problems);
  return environment;
}

function checkDirectory(path: string): Checked<string> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return { value: path };
  return { problem: 'is not an existing directory: create it, or correct the path' };
}

function optional<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  const part: Partial<Record<K, T>> = {};
  if (value !== undefined) part[key] = value;
  return part;
}
