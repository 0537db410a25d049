import { describe, expect, it } from '@jest/globals';
import { compileTask, type CompileResult, type CompileTask } from '@patchbay/mapping';
import { withThreadCompilation } from './thread-compilation.js';

const good: CompileTask = { kind: 'filter', source: { 'data.a': 1 } };
const bad: CompileTask = { kind: 'filter', source: { nothing: 1 } };

function compiler() {
  const calls: (readonly CompileTask[])[] = [];
  const compileAll = (tasks: readonly CompileTask[]): Promise<readonly CompileResult[]> => {
    calls.push(tasks);
    return Promise.resolve(tasks.map(compileTask));
  };
  return { calls, compileAll };
}

describe('withThreadCompilation', () => {
  it('compiles each template once, in one batch, and passes the results to the check', async () => {
    const { calls, compileAll } = compiler();
    const checked = await withThreadCompilation(compileAll, (compile) => [compile(good), compile(bad), compile(good)]);
    expect(checked).toEqual([compileTask(good), compileTask(bad), compileTask(good)]);
    expect(calls).toEqual([[good, bad]]);
  });

  it('throws the error of the last round, not of earlier rounds', async () => {
    const { compileAll } = compiler();
    const check = async (compile: (task: CompileTask) => CompileResult): Promise<void> => {
      const result = compile(bad);
      await Promise.resolve();
      throw new Error(result.ok ? 'nothing is wrong' : result.problem.path);
    };
    await expect(withThreadCompilation(compileAll, check)).rejects.toThrow(/^nothing$/);
  });

  it('limits the number of rounds', async () => {
    const { compileAll } = compiler();
    let value = 0;
    await expect(
      withThreadCompilation(compileAll, (compile) => compile({ kind: 'filter', source: { 'data.a': value++ } })),
    ).rejects.toThrow('in each of');
  });
});
