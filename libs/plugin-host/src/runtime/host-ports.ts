import type { Clock, Locks, OAuthStore } from '@patchbay/core';
import type { EgressPolicy } from '@patchbay/http';
import type { AwsCredentials, JsonObject } from '@patchbay/plugin-sdk';

/** Logger of the host, with the call signature of pino. */
export interface HostLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Account at the sandbox of a vendor. */
export interface SandboxAccount {
  readonly credentials: JsonObject;
  readonly settings: JsonObject;
}

/** The hub's own AWS credentials, which the operator shares with the destinations of some brands. */
export interface SharedAwsCredentials {
  /** Names of the brands. */
  readonly brands: readonly string[];
  /** Rejects with a DeliveryError if the hub has no credentials, or cannot get them now. */
  readonly fetch: () => Promise<AwsCredentials>;
}

/** Services of the hub that all plugins use. */
export interface HostPorts {
  readonly egress: EgressPolicy;
  readonly logger: HostLogger;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly userAgent?: string;
  /** Absent if the hub shares its AWS credentials with no brand. */
  readonly awsCredentials?: SharedAwsCredentials;
  /** Tokens of connected destinations. Absent if no plugin has `oauth`. */
  readonly oauth?: Pick<OAuthStore, 'find' | 'replace' | 'refuse'>;
  /** Accounts at sandboxes that replace vendors, by destination type. Absent except in the demo. */
  readonly sandboxes?: Readonly<Record<string, SandboxAccount>>;
}
