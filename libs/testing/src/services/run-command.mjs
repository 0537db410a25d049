/**
 * Entry of commands that start servers without Jest. Plain JavaScript, because it loads before the compiler of the
 * sources is needed.
 */
import { endAbandonedRuns, endRun, makeRunFolder, RUN_VARIABLE } from './test-run.mjs';

/**
 * Runs a command with the arguments of the process, and exits with the code that it returns; with 1 if it throws. The run
 * lists every server that it starts in a folder, and ends all of them when it ends. If the run is killed, the next run
 * ends them.
 * @param command receives the arguments, and imports what it needs itself, because imports must see the folder
 */
export async function runCommand(command) {
  await endAbandonedRuns();
  const folder = await makeRunFolder();
  process.env[RUN_VARIABLE] = folder;

  let ending;
  const end = () => (ending ??= endRun(folder));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => void end().finally(() => process.exit(1)));
  }

  let code = 1;
  try {
    code = await command(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  } finally {
    await end();
  }
  process.exit(code);
}
