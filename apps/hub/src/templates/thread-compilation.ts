import type { CompileResult, CompileTask } from '@patchbay/mapping';

/** Compile function that is passed to a check. */
type Compile = (task: CompileTask) => CompileResult;

/** Maximum number of rounds. A check whose templates depend on earlier results needs more than two rounds. */
const MAX_ROUNDS = 5;

/**
 * Runs a check whose templates and filters are compiled asynchronously. The check runs in rounds: the first round
 * collects the templates, and the next round gets their results.
 * @param compileAll compiles all tasks and returns results in order
 * @param check must request the same templates in each round; only the result or error of its last round counts
 */
export async function withThreadCompilation<T>(
  compileAll: (tasks: readonly CompileTask[]) => Promise<readonly CompileResult[]>,
  check: (compile: Compile) => T,
): Promise<Awaited<T>> {
  const results = new Map<string, CompileResult>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const missing = new Map<string, CompileTask>();
    const compile: Compile = (task) => {
      const key = JSON.stringify(task);
      const known = results.get(key);
      if (known === undefined) missing.set(key, task);
      return known ?? PENDING_RESULT;
    };
    const outcome = await runCheck(check, compile);
    if (missing.size === 0) {
      if (outcome.ok) return outcome.value;
      throw outcome.error;
    }
    const compiled = await compileAll([...missing.values()]);
    [...missing.keys()].forEach((key, index) => results.set(key, compiled[index] ?? PENDING_RESULT));
  }
  throw new Error(
    `The check of the brand was stopped, because it needed new templates in each of ${MAX_ROUNDS} rounds.`,
  );
}

const PENDING_RESULT: CompileResult = { ok: true, reads: [] };

async function runCheck<T>(
  check: (compile: Compile) => T,
  compile: Compile,
): Promise<{ readonly ok: true; readonly value: Awaited<T> } | { readonly ok: false; readonly error: unknown }> {
  try {
    return { ok: true, value: await check(compile) };
  } catch (error) {
    return { ok: false, error };
  }
}
