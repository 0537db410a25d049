import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { parse, CsvError } from 'csv-parse';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { Reporter } from '../output/reporter.js';
import { brandName } from './resource-names.js';

const COLUMNS = ['kind', 'address', 'reason', 'channel', 'purpose', 'sender', 'note'];
const REQUIRED = ['kind', 'address'];
/** Rows per call; the API accepts at most 1,000. */
const BATCH = 1_000;

/** Adds the command `patchbay suppressions import <brand> <file.csv>`. */
export function addSuppressionsImport(suppressions: Command, context: CliContext): void {
  suppressions
    .command('import')
    .argument('<brand>', 'name of the brand')
    .argument('<file>', 'CSV file in UTF-8 with a header line')
    .option('--json', 'print one JSON document')
    .description(
      `Add the addresses of a CSV file. Columns: ${COLUMNS.join(', ')}; only kind and address are required. An ` +
        'interrupted import can be repeated, because known addresses change nothing.',
    )
    .action(async (brand: string, file: string, { json = false }: { readonly json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const path = apiPath('/v1/brands/{brand}/suppressions', { brand: brandName(brand) });
      const counts = { added: 0, known: 0 };
      let rowsBefore = 0;
      await eachBatch(file, async (rows) => {
        const answer = await client.post(path, { suppressions: rows }).catch((error: unknown) => {
          throw inFile(error, file, rowsBefore);
        });
        counts.added += numberOf(answer.added);
        counts.known += numberOf(answer.known);
        rowsBefore += rows.length;
      });
      reporter.document(counts);
      reporter.line(`${counts.added} addresses were added, ${counts.known} were already on the list.`);
    });
}

/** Reads a CSV file in batches with constant memory. Throws a CliError with the line of a wrong row. */
async function eachBatch(file: string, send: (rows: readonly JsonObject[]) => Promise<void>): Promise<void> {
  const rows = parse({ columns: knownColumns, bom: true, trim: true, skipEmptyLines: true, maxRecordSize: 16_384 });
  try {
    await pipeline(createReadStream(file), rows, async (records: AsyncIterable<Readonly<Record<string, string>>>) => {
      let batch: JsonObject[] = [];
      for await (const record of records) {
        batch.push(Object.fromEntries(Object.entries(record).filter(([, value]) => value !== '')));
        if (batch.length < BATCH) continue;
        await send(batch);
        batch = [];
      }
      if (batch.length > 0) await send(batch);
    });
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error instanceof CsvError)
      throw new CliError(`${file} is not valid CSV: ${error.message}.`, 'Correct the file.');
    throw new CliError(`${file} could not be read.`, 'Check the path and the permissions of the file.');
  }
}

function knownColumns(header: readonly string[]): string[] {
  const names = header.map((name) => name.trim());
  const unknown = names.find((name) => !COLUMNS.includes(name));
  const missing = REQUIRED.find((name) => !names.includes(name));
  if (unknown !== undefined || missing !== undefined) {
    const problem = unknown === undefined ? `has no column ${missing ?? ''}` : `has the unknown column ${unknown}`;
    throw new CliError(`The header line ${problem}.`, `Use these columns: ${COLUMNS.join(', ')}.`);
  }
  return names;
}

const ROW_FIELD = /^suppressions(?:\[|\.)(\d+)\]?\.?/;

/** Names the rows of the file in an error of the hub, whose fields count the rows of a batch from 0. */
function inFile(error: unknown, file: string, rowsBefore: number): unknown {
  if (!(error instanceof CliError)) return error;
  const problems = error.problems.map((problem) => {
    const row = ROW_FIELD.exec(problem.field)?.[1];
    if (row === undefined) return problem;
    const field = `row ${rowsBefore + Number(row) + 1}, ${problem.field.replace(ROW_FIELD, '')}`;
    return { ...problem, file, field };
  });
  return new CliError(error.message, error.hint, { problems });
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
