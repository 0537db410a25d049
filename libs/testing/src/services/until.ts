import { setTimeout as wait } from 'node:timers/promises';

/** What is waited for and for how long. */
export interface UntilOptions {
  /** How long to wait before giving up, in milliseconds; 10,000 by default. */
  readonly timeoutMs?: number;
  /** What is waited for, for the error: "the delivery to succeed". */
  readonly what: string;
}

const POLL_MS = 20;

/**
 * Waits until `condition` gives something truthy and returns it. A condition that throws counts as not yet,
 * so an `expect` may stand in it; the last error is the cause of the one thrown in the end.
 * @throws Error naming what did not happen
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
