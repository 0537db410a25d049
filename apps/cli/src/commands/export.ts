import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { brandName } from './resource-names.js';

/** Adds the command `patchbay export <brand>`. */
export function addExport(program: Command, context: CliContext): void {
  program
    .command('export')
    .argument('<brand>', 'e.g. acme')
    .option('--json', 'print one JSON document')
    .description('Print the current configuration of a brand as a brand file. Secrets become ${env:…}.')
    .action(async (name: string, { json = false }: { json?: boolean }) => {
      const brand = brandName(name);
      const reporter = new Reporter(context, json);
      const yaml = await new HubClient(hubAddress(context.env)).getText(
        apiPath('/v1/brands/{brand}/export', { brand }),
      );
      reporter.document({ brand, yaml });
      reporter.line(yaml.trimEnd());
    });
}
