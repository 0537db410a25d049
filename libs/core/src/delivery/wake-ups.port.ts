/**
 * Queue of wake-ups, each of which schedules a destination that has work. A lost wake-up costs time, never a delivery.
 * If the queue is unavailable, a worker handles its own wake-ups, and other processes drop their wake-ups.
 */
export interface WakeUps {
  /** False while the queue is unavailable. During this time, no wake-ups of other processes arrive. */
  readonly queueUp: boolean;
  /**
   * Sends a wake-up, which schedules a destination. Returns at once. Wake-ups that follow each other closely are
   * merged.
   */
  wake(destinationId: string): void;
  /**
   * Sends a wake-up that schedules a destination at `at` or later, in milliseconds since the epoch. Distant times may
   * be left to the sweep.
   */
  wakeAt(destinationId: string, at: number): void;
  /** Starts to process wake-ups. `handler` runs one slice (one bounded round of claims) of one destination. */
  process(handler: (destinationId: string) => Promise<void>): Promise<void>;
  /**
   * Stops processing and waits some seconds for running handlers. Wake-ups that were not sent are left to the sweep.
   */
  close(): Promise<void>;
}
