import { describe, expect, it } from '@jest/globals';
import { compileTask, type CompileResult, type CompileTask } from '@patchbay/mapping';
import { withThreadCompilation } from './thread-compilation.js';

const good: CompileTask = { kind: 'filter', source: { 'data.a': 1 } };
const bad: CompileTask = { kind: 'filter', source: { nothing: 1 } };

function elsewhere() {
  const calls: (readonly CompileTask[])[] = [];
  const compileAll = (tasks: readonly CompileTask[]): Promise<readonly CompileResult[]> => {
    calls.push(tasks);
    return Promise.resolve(tasks.map(compileTask));
  };
  return { calls, compileAll };
}

describe('a check whose templates are compiled elsewhere', () => {
  it('has all of them compiled at once, each once, and gets their results', async () => {
    const { calls, compileAll } = elsewhere();
    const checked = await withThreadCompilation(compileAll, (compile) => [compile(good), compile(bad), compile(good)]);
    expect(checked).toEqual([compileTask(good), compileTask(bad), compileTask(good)]);
    expect(calls).toEqual([[good, bad]]);
  });

  it('throws what it throws with the results, and not what it throws without them', async () => {
    const { compileAll } = elsewhere();
    const check = async (compile: (task: CompileTask) => CompileResult): Promise<void> => {
      const result = compile(bad);
      await Promise.resolve();
      throw new Error(result.ok ? 'nothing is wrong' : result.problem.path);
    };
    await expect(withThreadCompilation(compileAll, check)).rejects.toThrow(/^nothing$/);
  });

  it('does not go on for ever', async () => {
    const { compileAll } = elsewhere();
    let value = 0;
    await expect(
      withThreadCompilation(compileAll, (compile) => compile({ kind: 'filter', source: { 'data.a': value++ } })),
    ).rejects.toThrow('in every round');
  });
});
