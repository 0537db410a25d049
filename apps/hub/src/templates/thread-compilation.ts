import type { CompileResult, CompileTask } from '@patchbay/mapping';

/** What a check needs, to be given one that has its templates compiled elsewhere. */
type Compile = (task: CompileTask) => CompileResult;

/** Checks that need the results of others come to their end after so many rounds; more is a fault. */
const MAX_ROUNDS = 5;

/**
 * Runs a check whose templates and filters are compiled elsewhere, and not while the check runs. The check is repeated: the
 * first round finds out what there is to compile, the next one has the results.
 * @param compileAll compiles everything it is given, in order
 * @param check has to ask for the same things in each round; only its last round counts, also if it throws
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
  throw new Error('A check asked for other templates in every round.');
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
