/** Entry point of `npm run standby-failover`, which runs without Jest. */
import { runCommand } from '../../libs/testing/src/services/run-command.mjs';

await runCommand(async (args) => (await import('./command.ts')).command(args));
