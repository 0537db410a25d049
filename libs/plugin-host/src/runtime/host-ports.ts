import type { Clock } from '@patchbay/core';
import type { EgressPolicy } from '@patchbay/http';
import type { HostLogger } from './host-logger.port.js';
import type { Locks } from './locks.port.js';

/** Services of the hub that all plugins use. */
export interface HostPorts {
  readonly egress: EgressPolicy;
  readonly logger: HostLogger;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly userAgent?: string;
}
