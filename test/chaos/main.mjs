/**
 * `npm run chaos`: the fault suite outside of Jest. Every server and every hub it starts is noted in the folder of the
 * run, as in the tests, and ended with it; those of a run that was itself killed are ended by the next one.
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
  code = await command(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
} finally {
  await end();
}
process.exit(code);
