import type { SeededRandom } from '../support/seeded-random.js';
import type { Sender } from '../support/sender.js';
import type { Stage } from '../support/stage.js';

/** What a fault may lay its hands on. */
export interface Victim {
  readonly stage: Stage;
  readonly sender: Sender;
  readonly random: SeededRandom;
}

/** Something that goes wrong. */
export interface Fault {
  readonly name: string;
  /** Why it cannot strike here; undefined where it can. */
  cannot?(stage: Stage): string | undefined;
  /** Resolves when there is somebody to strike. */
  ready?(stage: Stage): Promise<unknown>;
  /**
   * Strikes at once, and resolves when the damage is under repair and time may go on: the next fault may come before
   * everything is well again.
   */
  strike(victim: Victim): Promise<void>;
}

/** Resolves after that long. */
export function forMs(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
