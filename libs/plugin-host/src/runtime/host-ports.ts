import type { Clock } from '@patchbay/core';
import type { EgressPolicy } from '@patchbay/http';
import type { HostLogger } from './host-logger.port.js';
import type { Locks } from './locks.port.js';

/** What the hub lends to all plugins. */
export interface HostPorts {
  readonly egress: EgressPolicy;
  readonly logger: HostLogger;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly userAgent?: string;
}
