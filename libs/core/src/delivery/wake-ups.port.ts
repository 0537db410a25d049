/**
 * Wakes workers for a destination that has work. A hint: losing one costs time, never a delivery. If the queue cannot be
 * used, a worker handles the hint itself, and any other process drops it.
 */
export interface WakeUps {
  /** False while the queue cannot be used: then no hint of another process arrives. */
  readonly queueUp: boolean;
  /** Returns at once; coalesces. */
  wake(destinationId: string): void;
  /** A wake-up not before `at` (milliseconds since the epoch). Far-off times may be left to the sweep. */
  wakeAt(destinationId: string, at: number): void;
  /** Starts taking wake-ups; `handler` runs one bounded slice of one destination. */
  process(handler: (destinationId: string) => Promise<void>): Promise<void>;
  /** Takes no more, and waits some seconds for running handlers. What was not sent yet is left to the sweep. */
  close(): Promise<void>;
}
