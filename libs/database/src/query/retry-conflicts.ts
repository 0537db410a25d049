import { setTimeout as delay } from 'node:timers/promises';
import { isConflict } from './sql-error.js';

const MAX_ATTEMPTS = 6;

/** Runs a statement. Repeats it after a deadlock or a serialisation failure; runs it at most six times in total. */
export async function retryConflicts<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isConflict(error)) throw error;
      await delay(Math.random() * 5 * attempt);
    }
  }
}
