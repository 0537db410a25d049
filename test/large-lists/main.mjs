/** Entry point of `npm run test:large-lists`, which runs without Jest. */
import { runCommand } from '../../libs/testing/src/services/run-command.mjs';

await runCommand(async (args) => {
  const { command } = await import('./command.ts');
  const { measureLists } = await import('../browser/measure-lists.ts');
  return command(args, measureLists);
});
