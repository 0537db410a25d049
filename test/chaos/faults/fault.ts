import type { SeededRandom } from '../support/seeded-random.js';
import type { Span } from '../checks/stalls.js';
import type { Sender } from '../support/sender.js';
import type { TestBed } from '../support/test-bed.js';

/** Objects that a fault may use. */
export interface FaultContext {
  readonly testBed: TestBed;
  readonly sender: Sender;
  readonly random: SeededRandom;
  /** Name of the round that injects the fault. */
  readonly round: string;
  /** Time spans in which Redis was down. Faults append to this list. */
  readonly withoutRedis: Span[];
}

/** Fault that a round injects. */
export interface Fault {
  readonly name: string;
  /**
   * Time after the fault in which deliveries may still stall, in milliseconds. A stall during the fault or within this
   * time is not a violation. Undefined if the fault does not explain a stall.
   */
  readonly stopsDeliveryMs?: number;
  /**
   * True if no other fault may run at the same time. The round then waits for the repair of earlier faults before it
   * injects this fault. It also waits for the repair of this fault before it injects the next fault.
   */
  readonly alone?: true;
  /** Returns the reason why the fault is not possible on the test bed. Undefined if the fault is possible. */
  cannot?(testBed: TestBed): string | undefined;
  /** Resolves when a process that the fault can affect is running. */
  ready?(testBed: TestBed): Promise<unknown>;
  /**
   * Injects the fault at once, and resolves when the repair of the fault has begun. The next fault may begin before the
   * system has recovered.
   */
  inject(context: FaultContext): Promise<void>;
}
