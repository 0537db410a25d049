import { execFile } from 'node:child_process';
import { skip, type Skipped } from '@patchbay/testing/services';

/** Command of Prometheus that checks and tests rules and metrics. */
export interface Promtool {
  /**
   * Runs promtool and returns its output. Rejects with the output if promtool finds a problem.
   * @param input standard input
   */
  run(args: readonly string[], input?: string): Promise<string>;
}

/** Finds promtool. If it is not installed, prints a warning and returns `Skipped`; throws if `CI` is set. */
export async function findPromtool(): Promise<Promtool | Skipped> {
  try {
    await run(['--version']);
  } catch {
    return skip('promtool is not available for the tests. Run apt-get install promtool or brew install prometheus.');
  }
  return { run };
}

function run(args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('promtool', args, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`promtool ${args.join(' ')} failed: ${stdout}${stderr}`, { cause: error }));
    });
    // A program that could not be started takes no input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
