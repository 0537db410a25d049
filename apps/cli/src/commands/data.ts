import type { ExportedRelation } from '@patchbay/database';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { withDatabase } from '../database/with-database.js';
import { Reporter } from '../output/reporter.js';
import { brandName } from './resource-names.js';

const DATABASE = `
The command works on the database itself: DATABASE_URL (or DATABASE_DIRECT_URL behind a pooler), or the embedded database
in .patchbay. Stop all processes of the hub first.`;

/** Adds the commands `patchbay data export|import`. */
export function addData(program: Command, context: CliContext): void {
  const data = program.command('data').description('Move all data of a hub, or of one brand, to another database.');
  data
    .command('export')
    .argument('<folder>', 'folder for the files; an interrupted export continues in it')
    .option('--brand <brand>', 'export only the rows of this brand')
    .option('--json', 'print one JSON document')
    .description('Export the data to a folder, and check that nothing changed meanwhile.')
    .addHelpText('after', DATABASE)
    .action((folder: string, { brand, json = false }: { readonly brand?: string; readonly json?: boolean }) =>
      transfer(context, json, async (url, onRelation) => {
        const { exportData } = await import('@patchbay/database');
        const only = brand === undefined ? {} : { brand: brandName(brand) };
        return exportData({ url, folder, ...only, onRelation });
      }),
    );
  data
    .command('import')
    .argument('<folder>', 'folder of a complete export')
    .option('--json', 'print one JSON document')
    .description('Import an export into an empty database, compare all rows, and migrate the schema to this version.')
    .addHelpText('after', DATABASE)
    .action((folder: string, { json = false }: { readonly json?: boolean }) =>
      transfer(context, json, async (url, onRelation) => {
        const { importData } = await import('@patchbay/database');
        return importData({ url, folder, onRelation });
      }),
    );
}

type Transfer = (
  url: string,
  onRelation: (relation: ExportedRelation, isKept: boolean) => void,
) => Promise<{ readonly relations: readonly ExportedRelation[] }>;

async function transfer(context: CliContext, json: boolean, run: Transfer): Promise<void> {
  const reporter = new Reporter(context, json);
  const { DataTransferError } = await import('@patchbay/database');
  const onRelation = ({ name, rows }: ExportedRelation, isKept: boolean): void => {
    if (rows > 0) reporter.line(`${name}: ${rows} rows${isKept ? ', already done' : ''}`);
  };
  try {
    const { relations } = await withDatabase(context.env, (url) => run(url, onRelation));
    const rows = relations.reduce((sum, relation) => sum + relation.rows, 0);
    reporter.document({ tables: relations.length, rows });
    reporter.line(`Done: ${rows} rows in ${relations.length} tables and partitions, all compared.`);
  } catch (error) {
    throw error instanceof DataTransferError ? new CliError(error.message) : error;
  }
}
