import type { CircuitBreaker } from './circuit-breaker.js';

/** Runtime state of a destination, which all processes share. */
export interface DestinationState {
  readonly destinationId: string;
  /** Number of the change that wrote the state. Every later change of any destination has a higher number. */
  readonly seq: number;
  /** Number of the change that paused the destination. Null if the destination is not paused. */
  readonly pauseSeq: number | null;
  /** Null if the destination is healthy. */
  readonly breaker: CircuitBreaker | null;
}

/** Change of a circuit breaker. */
export interface BreakerChange {
  readonly destinationId: string;
  /** Null to reset the breaker, so that the destination starts as healthy. */
  readonly breaker: CircuitBreaker | null;
}
