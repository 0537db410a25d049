/**
 * Queue of wake-ups for destinations that have work. A wake-up is a hint: losing a wake-up costs time, never a
 * delivery. If the queue is unavailable, a worker handles its own wake-ups, and other processes drop their wake-ups.
 */
export interface WakeUps {
  /** False while the queue is unavailable. No wake-ups of other processes arrive then. */
  readonly queueUp: boolean;
  /** Wakes a destination. Returns at once. Calls close together are merged. */
  wake(destinationId: string): void;
  /** Wakes a destination at `at` or later, in milliseconds since the epoch. Distant times may be left to the sweep. */
  wakeAt(destinationId: string, at: number): void;
  /** Starts to process wake-ups. `handler` runs one bounded slice of one destination. */
  process(handler: (destinationId: string) => Promise<void>): Promise<void>;
  /**
   * Stops processing and waits some seconds for running handlers. Wake-ups that were not sent are left to the sweep.
   */
  close(): Promise<void>;
}
