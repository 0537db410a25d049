import { it } from '@jest/globals';

/**
 * Declares the tests of the suite. A test that depends on a failed test is not checked, because it would fail for the
 * same reason. One fault of a plugin therefore fails one test.
 */
export class Rules {
  private constructor(
    private readonly failed: Set<string>,
    private readonly conditions: readonly string[],
  ) {}

  static create(): Rules {
    return new Rules(new Set(), []);
  }

  /** Returns rules that are checked only if none of these tests has failed. */
  after(...names: readonly string[]): Rules {
    return new Rules(this.failed, [...this.conditions, ...names]);
  }

  /** Declares one test. */
  rule(name: string, check: () => void | Promise<void>): void {
    it(name, async () => {
      if (this.conditions.some((one) => this.failed.has(one))) return;
      try {
        await check();
      } catch (error) {
        this.failed.add(name);
        throw error;
      }
    });
  }
}

/** Runs an assertion. If it fails, the error begins with the advice, followed by the difference that Jest prints. */
export function advise(advice: string, assertion: () => void): void {
  const failure = failureOf(assertion);
  if (failure === undefined) return;
  const advised = new Error(`${advice}\n\n${failure}`);
  Error.captureStackTrace(advised, advise);
  throw advised;
}

/** Returns the message of a failed assertion; undefined if it passed. The error may belong to another realm. */
function failureOf(assertion: () => void): string | undefined {
  try {
    assertion();
    return undefined;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  }
}
