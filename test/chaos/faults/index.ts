import { DATABASE_FAULTS } from './database-faults.js';
import type { Fault } from './fault.js';
import { PROCESS_FAULTS } from './process-faults.js';
import { QUEUE_FAULTS } from './queue-faults.js';
import { RECEIVER_FAULTS } from './receiver-faults.js';
import { SENDER_FAULTS } from './sender-faults.js';

export type { Fault, FaultContext } from './fault.js';

/** All faults that the suite can inject. */
export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...DATABASE_FAULTS,
  ...QUEUE_FAULTS,
  ...RECEIVER_FAULTS,
  ...SENDER_FAULTS,
];
