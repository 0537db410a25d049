/**
 * Entry point of `npm run test:large-lists`. The run lists its servers in a folder, and ends all of them when it ends.
 * If the run is killed, the next run ends them.
 */
import { endAbandonedRuns, endRun, makeRunFolder, RUN_VARIABLE } from '../../libs/testing/src/services/test-run.mjs';

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
  const { command } = await import('./command.ts');
  const { measureLists } = await import('../browser/measure-lists.ts');
  code = await command(process.argv.slice(2), measureLists);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
} finally {
  await end();
}
process.exit(code);
