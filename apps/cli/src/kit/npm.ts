import { execFile } from 'node:child_process';
import { printable } from '../output/printable.js';
import { CliError } from '../cli-error.js';

/**
 * Runs npm in a folder. Resolves with the last line of its output.
 * @throws CliError with the output of npm, if npm fails or is not installed
 */
export function runNpm(args: readonly string[], folder: string): Promise<string> {
  const isWindows = process.platform === 'win32';
  // On Windows, npm is a batch file, which only a shell can start.
  return new Promise((resolve, reject) => {
    execFile(isWindows ? 'npm.cmd' : 'npm', args, { cwd: folder, shell: isWindows }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim().split('\n').at(-1) ?? '');
      else
        reject(
          new CliError(
            `npm ${args[0] ?? ''} failed: ${printable(stderr || error.message, 1_000)}`,
            'Install npm, which is part of Node.js, or fix the cause, then repeat the command.',
          ),
        );
    });
  });
}
