import type { Clock } from '@patchbay/core';
import type { EgressPolicy } from '@patchbay/http';
import type { Locks } from './locks.js';

/** Logger of the host, with the call signature of pino. */
export interface HostLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Services of the hub that all plugins use. */
export interface HostPorts {
  readonly egress: EgressPolicy;
  readonly logger: HostLogger;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly userAgent?: string;
}
