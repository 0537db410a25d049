import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '@patchbay/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { apiPath, type ApiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { countAt, objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { Reporter } from '../output/reporter.js';
import { importLine, problemLines } from './import-lines.js';
import { brandName } from './resource-names.js';
import { withStopSignal } from './stop-signal.js';

interface ImportOptions {
  readonly format?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly rate?: number;
  readonly recovered?: boolean;
  readonly json?: boolean;
}

const CHUNK_BYTES = 1024 * 1024;
const POLL_INTERVAL_MS = 1_000;

/** Adds the command `patchbay import <brand> <source> <file>`. */
export function addImport(program: Command, context: CliContext): void {
  program
    .command('import')
    .argument('<brand>', 'name of the brand')
    .argument('<source>', 'source whose events the rows become')
    .argument('<file>', 'CSV file with a header line, or NDJSON file')
    .addOption(
      new Option('--format <format>', 'default: files.format of the source, else ndjson').choices(['csv', 'ndjson']),
    )
    .option('--delimiter <character>', 'character between the fields of a CSV file')
    .addOption(new Option('--encoding <name>', 'encoding of a CSV file').choices(['utf-8', 'latin1']))
    .option(
      '--rate <count>',
      'maximum number of rows per second (default: files.perSecond of the source, else 500)',
      readRate,
    )
    .option('--recovered', 'mark the events as recovered, because the hub missed them')
    .option('--json', 'print one JSON document')
    .description(
      'Upload a file and import its rows as events. To continue after an interruption, run the same command again. Rows ' +
        'that were imported before are duplicates and change nothing.',
    )
    .action((brand: string, source: string, file: string, options: ImportOptions) =>
      importFile(context, { brand: brandName(brand), source, file }, options),
    );
}

async function importFile(
  context: CliContext,
  { brand, source, file }: { readonly brand: string; readonly source: string; readonly file: string },
  options: ImportOptions,
): Promise<void> {
  const reporter = new Reporter(context, options.json === true);
  const client = new HubClient(hubAddress(context.env));
  const path = apiPath('/v1/brands/{brand}/sources/{source}/imports', { brand, source });
  const onStop = (): void => reporter.line('Stopping. To continue, run the same command again.');
  await withStopSignal(onStop, async (signal) => {
    const sha256 = await hashOf(file);
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const begun = await unfinished(client, path, sha256, size);
      const created = begun ?? (await client.post(path, requestOf(file, size, sha256, options)));
      reporter.line(begun === undefined ? `Created import ${idOf(created)}.` : `Continuing import ${idOf(created)}.`);
      const one = apiPath('/v1/brands/{brand}/sources/{source}/imports/{id}', { brand, source, id: idOf(created) });
      const uploaded = await upload({ client, path: one, handle, reporter, signal }, created);
      if (uploaded === undefined) return;
      const ended = await follow(client, one, reporter, signal);
      if (ended === undefined) return;
      for (const line of problemLines(ended)) reporter.line(line);
      reporter.document(ended);
      if (textAt(ended, 'state') !== 'done') {
        throw new CliError(
          textAt(ended, 'reason') ?? 'The import was cancelled.',
          'Rows before this place are imported. Correct the file and run the same command again.',
        );
      }
    } finally {
      await handle.close();
    }
  });
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
      for await (const bytes of chunks) hash.update(bytes);
    });
  } catch {
    throw new CliError(`${file} could not be read.`, 'Check the path and the permissions of the file.');
  }
  return hash.digest('hex');
}

/** Returns the newest import of the same file that has not ended. */
async function unfinished(
  client: HubClient,
  path: ApiPath<'/v1/brands/{brand}/sources/{source}/imports'>,
  sha256: string,
  size: number,
): Promise<JsonObject | undefined> {
  const page = await client.get(path, { sha256 });
  return objectsAt(page, 'data').find((one) => countAt(one, 'sizeBytes') === size && typeof one.endedAt !== 'string');
}

function requestOf(file: string, size: number, sha256: string, options: ImportOptions): object {
  const { format, delimiter, encoding, rate, recovered } = options;
  return {
    ...{ fileName: basename(file), sizeBytes: size, sha256 },
    ...(format !== undefined && { format }),
    ...(delimiter !== undefined && { delimiter }),
    ...(encoding !== undefined && { encoding }),
    ...(rate !== undefined && { perSecond: rate }),
    ...(recovered === true && { recovered }),
  };
}

/** Uploads the rest of a file. Resolves with the import, or with undefined if the signal stopped it. */
async function upload(
  parts: {
    readonly client: HubClient;
    readonly path: ApiPath<'/v1/brands/{brand}/sources/{source}/imports/{id}'>;
    readonly handle: FileHandle;
    readonly reporter: Reporter;
    readonly signal: AbortSignal;
  },
  created: JsonObject,
): Promise<JsonObject | undefined> {
  const { client, path, handle, reporter, signal } = parts;
  let current = created;
  while (textAt(current, 'state') === 'uploading') {
    if (signal.aborted) return undefined;
    const offset = countAt(current, 'receivedBytes');
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, offset);
    if (bytesRead === 0) throw new CliError('The file became shorter during the upload.', 'Run the command again.');
    current = await client.patchBytes(path, buffer.subarray(0, bytesRead), { 'upload-offset': String(offset) });
    reporter.line(importLine(current));
  }
  return current;
}

/** Prints the progress of an import until it has ended. Resolves with its final state, or undefined after the signal. */
async function follow(
  client: HubClient,
  path: ApiPath<'/v1/brands/{brand}/sources/{source}/imports/{id}'>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  for (let shown = ''; !signal.aborted;) {
    const current = await client.get(path);
    const line = importLine(current);
    if (line !== shown) reporter.line(line);
    shown = line;
    if (typeof current.endedAt === 'string') return current;
    await wait(POLL_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

function idOf(created: JsonObject): string {
  const id = textAt(created, 'id');
  if (id === undefined)
    throw new CliError('The response of the hub has no id of the import.', 'Check the log of the hub.');
  return id;
}

function readRate(text: string): number {
  const rate = Number(text);
  if (rate >= 1 && rate <= 100_000) return rate;
  throw new InvalidArgumentError('Use a number from 1 to 100000.');
}
