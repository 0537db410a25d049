/** Entry point of `npm run chaos`, which runs the fault suite without Jest. */
import { runCommand } from '../../libs/testing/src/services/run-command.mjs';

await runCommand(async (args) => (await import('./command.ts')).command(args));
