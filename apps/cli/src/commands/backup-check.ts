import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { withDatabase } from '../database/with-database.js';
import { reportFindings } from '../doctor/report-findings.js';
import { Reporter } from '../output/reporter.js';

const DATABASE = `
The command reads the database of DATABASE_URL, or the embedded database in .patchbay, and writes nothing to it. It opens
secrets with PATCHBAY_MASTER_KEY, or with the key in .patchbay.`;

/** Adds the command `patchbay backup-check`. */
export function addBackupCheck(program: Command, context: CliContext): void {
  program
    .command('backup-check')
    .option('--export <folder>', 'compare all rows with this export of "patchbay data export"')
    .option('--json', 'print one JSON document')
    .description('Check that a restored copy of the database is complete, and that its secrets can be opened.')
    .addHelpText('after', DATABASE)
    .action(async ({ export: exportFolder, json = false }: { readonly export?: string; readonly json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const { checkCopy } = await import('@patchbay/database');
      const { createVault, environmentMasterKeys, fileMasterKeys, MasterKeyRing } = await import('@patchbay/vault');
      const { PATCHBAY_MASTER_KEY: current = '', PATCHBAY_MASTER_KEY_PREVIOUS: previous = '' } = context.env;
      const source =
        current === ''
          ? fileMasterKeys('.patchbay')
          : environmentMasterKeys(current, previous === '' ? undefined : previous);
      const ring = new MasterKeyRing(await source.load());
      const findings = await withDatabase(context.env, (url) =>
        checkCopy({
          url,
          openVault: (hubKey) => createVault(ring, hubKey),
          ...(exportFolder === undefined ? {} : { exportFolder }),
        }),
      );
      reportFindings(reporter, findings);
    });
}
