import type { Clock } from '@patchbay/core';
import type { EgressPolicy } from '@patchbay/http';
import type { JsonObject } from '@patchbay/plugin-sdk';
import type { Locks } from './locks.js';

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

/** Services of the hub that all plugins use. */
export interface HostPorts {
  readonly egress: EgressPolicy;
  readonly logger: HostLogger;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly userAgent?: string;
  /** Accounts at sandboxes that replace vendors, by destination type. Absent except in the demo. */
  readonly sandboxes?: Readonly<Record<string, SandboxAccount>>;
}
