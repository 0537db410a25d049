import type { SandboxAccounts } from './demo-sandboxes.js';
import type { RedisServers } from './redis-servers.js';

/** Log levels, from least to most verbose. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Roles of a hub process. */
export const HUB_ROLES = ['all', 'api', 'worker'] as const;
export type HubRole = (typeof HUB_ROLES)[number];

/** Maximum numbers of connections in the pools of a process. */
export interface PoolSizes {
  /** `PATCHBAY_DB_HOT`: connections for ingest and delivery. */
  readonly hot: number;
  /** `PATCHBAY_DB_GENERAL`: connections for everything else. */
  readonly general: number;
}

/** Protocols by which spans are sent. */
export const TRACE_PROTOCOLS = ['http/protobuf', 'http/json'] as const;
export type TraceProtocol = (typeof TRACE_PROTOCOLS)[number];

/** Samplers that the OpenTelemetry specification names. */
export const TRACE_SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type TraceSampler = (typeof TRACE_SAMPLERS)[number];

/** Settings of tracing, from the variables `OTEL_…`. The libraries of OpenTelemetry read further variables themselves. */
export interface TracingSettings {
  /** URL to which spans are sent, such as `http://127.0.0.1:4318/v1/traces`. */
  readonly endpoint: string;
  readonly protocol: TraceProtocol;
  readonly sampler: TraceSampler;
  /** Ratio of sampled traces, from 0 to 1, for the samplers that have one. */
  readonly ratio: number;
}

/** Checked environment of the hub. */
export interface HubEnvironment {
  /** `PORT`; 0 for any free port. */
  readonly port: number;
  /** `HOST`. Default: 127.0.0.1 in embedded mode, otherwise 0.0.0.0. */
  readonly host: string;
  /** `DATABASE_URL`. Absent in embedded mode. */
  readonly databaseUrl?: string;
  /** `DATABASE_DIRECT_URL`: PostgreSQL itself, if `databaseUrl` is the address of a connection pooler. */
  readonly databaseDirectUrl?: string;
  /** `DATABASE_REPLICA_URL` and `DATABASE_REPLICA_MAX_LAG`. Absent if lists are read from the primary. */
  readonly databaseReplica?: {
    readonly url: string;
    /** Maximum age of the data in milliseconds; default 10 seconds. */
    readonly maxLagMs: number;
  };
  /** Sizes of the pools of database connections. The defaults depend on the role. */
  readonly databasePools: PoolSizes;
  /** `REDIS_URL`. Absent if the queue runs on PostgreSQL. */
  readonly redis?: RedisServers;
  /** Value of `PATCHBAY_ROLE`. */
  readonly role: HubRole;
  /** `PATCHBAY_CONFIG`: the directory of `patchbay.yaml` and `brands/`. */
  readonly configDirectory: string;
  /** `PATCHBAY_MASTER_KEY`, 32 bytes in base64. Always present if `databaseUrl` is present. */
  readonly masterKey?: string;
  /** `PATCHBAY_MASTER_KEY_PREVIOUS`: the key that is being replaced; see `patchbay keys rotate-master`. */
  readonly masterKeyPrevious?: string;
  /** Value of `PATCHBAY_ADMIN_KEY`. */
  readonly adminKey?: string;
  /** `PATCHBAY_OIDC_CLIENT_SECRET`: secret of the hub at the identity provider. */
  readonly oidcClientSecret?: string;
  /** `PATCHBAY_PUBLIC_URL` without a trailing slash. */
  readonly publicUrl?: string;
  /** `PATCHBAY_EGRESS_ALLOW`: addresses, CIDRs and host names. */
  readonly egressAllow: readonly string[];
  /** `PATCHBAY_EGRESS_PROXY` and `PATCHBAY_EGRESS_PROXY_DNS`. Absent if the hub calls other systems directly. */
  readonly egressProxy?: {
    readonly url: string;
    /** True if the proxy resolves host names, instead of the hub. */
    readonly resolvesNames: boolean;
  };
  /** `PATCHBAY_AWS_BRANDS`: names of the brands that may use the hub's own AWS credentials. */
  readonly awsBrands: readonly string[];
  /** Value of `PATCHBAY_SECRETS_DIR`. */
  readonly secretsDirectory?: string;
  /** `PATCHBAY_IMPORT_DIR`: the directory below which `files.from.folder` of sources must be. Absent if none is read. */
  readonly importDirectory?: string;
  /** `PATCHBAY_DEMO_INBOX_URL`: set by the demo, for links on the status page and in the console. */
  readonly demoInboxUrl?: string;
  /** `PATCHBAY_DEMO_SANDBOXES`: set by the demo, whose hub calls the sandboxes instead of the vendors. */
  readonly demoSandboxes?: SandboxAccounts;
  /** Settings of tracing. Absent if tracing is off, which is the default. */
  readonly tracing?: TracingSettings;
  /** Value of `LOG_LEVEL`. */
  readonly logLevel: LogLevel;
}
