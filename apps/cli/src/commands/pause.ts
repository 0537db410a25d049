import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { splitName } from './resource-names.js';

interface PauseOptions {
  readonly until?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

/** Adds the command `patchbay pause <brand>/<destination>`. */
export function addPause(program: Command, context: CliContext): void {
  program
    .command('pause')
    .argument('<brand/destination>', 'e.g. acme/sms')
    .option('--until <time>', 'end of the pause, e.g. 2026-01-31T08:00:00Z; without it, run resume to end the pause')
    .option('--reason <text>', 'reason, shown with the paused destination')
    .option('--json', 'print one JSON document')
    .description('Pause a destination. Its deliveries are held until the pause ends.')
    .action(async (target: string, { until, reason, json = false }: PauseOptions) => {
      const { brand, name } = splitName(target, 'destination');
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const body = { ...(until === undefined ? {} : { until }), ...(reason === undefined ? {} : { reason }) };
      const answer = await client.post(apiPath('/v1/brands/{brand}/destinations/{name}/pause', { brand, name }), body);
      reporter.document(answer);
      const end = textAt(answer, 'pausedUntil');
      const ends =
        end === undefined ? `Run \`patchbay resume ${target}\` to end the pause.` : `Until ${printable(end)}.`;
      reporter.line(`${reporter.paint.good('Paused')}: deliveries to ${target} are held. ${ends}`);
    });
}

/** Adds the command `patchbay resume <brand>/<destination>`. */
export function addResume(program: Command, context: CliContext): void {
  program
    .command('resume')
    .argument('<brand/destination>', 'e.g. acme/sms')
    .option('--json', 'print one JSON document')
    .description('End the pause of a destination. Its held deliveries are sent.')
    .action(async (target: string, { json = false }: { json?: boolean }) => {
      const { brand, name } = splitName(target, 'destination');
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.post(apiPath('/v1/brands/{brand}/destinations/{name}/resume', { brand, name }));
      reporter.document(answer);
      reporter.line(`${reporter.paint.good('Resumed')}: ${target} sends its held deliveries.`);
    });
}
