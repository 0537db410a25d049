import { setTimeout as wait } from 'node:timers/promises';

/** Options of a wait. */
export interface UntilOptions {
  /** Milliseconds to wait; 10,000 by default. */
  readonly timeoutMs?: number;
  /** Text for the error message that says what the caller waits for: "the delivery to succeed". */
  readonly what: string;
}

const POLL_MS = 20;

/**
 * Waits until `condition` returns a truthy value and returns that value. If the condition throws, the wait continues,
 * so the condition may contain an `expect`. The last error is the cause of the final error.
 * @throws Error that says what did not happen
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, what }: UntilOptions,
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (isThere(value)) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) break;
    await wait(POLL_MS);
  }
  const reason = cause === undefined ? '' : `: ${messageOf(cause)}`;
  throw new Error(`Waited ${timeoutMs} ms for ${what}${reason}`, { cause });
}

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);

function isThere<T>(value: T): value is Exclude<T, false | null | undefined | 0 | ''> {
  return Boolean(value);
}
