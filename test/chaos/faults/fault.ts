import type { SeededRandom } from '../support/seeded-random.js';
import type { Span } from '../checks/stalls.js';
import type { Sender } from '../support/sender.js';
import type { TestBed } from '../support/test-bed.js';

/** What a fault may lay its hands on. */
export interface Victim {
  readonly testBed: TestBed;
  readonly sender: Sender;
  readonly random: SeededRandom;
  /** Name of the round. */
  readonly round: string;
  /** Where a fault notes the time in which Redis was down. */
  readonly withoutRedis: Span[];
}

/** Something that goes wrong. */
export interface Fault {
  readonly name: string;
  /**
   * Deliveries may stand still while it lasts and for so long afterwards, in milliseconds: a stall of that time is not a
   * failure. Undefined if it explains no stall.
   */
  readonly stopsDeliveryMs?: number;
  /** No other fault strikes meanwhile, nor is still being repaired. */
  readonly alone?: true;
  /** Why it cannot strike here; undefined where it can. */
  cannot?(testBed: TestBed): string | undefined;
  /** Resolves when there is somebody to strike. */
  ready?(testBed: TestBed): Promise<unknown>;
  /**
   * Strikes at once, and resolves when the damage is under repair and time may go on: the next fault may come before
   * everything is well again.
   */
  strike(victim: Victim): Promise<void>;
}
