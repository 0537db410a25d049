import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { brandName } from './resource-names.js';

interface JsonOption {
  readonly json?: boolean;
}

/** Adds the commands `patchbay lookups …`. */
export function addLookups(program: Command, context: CliContext): void {
  const lookups = program
    .command('lookups')
    .description("Show and test the lookups in a brand's own systems: recipient resolver and enrichments.");
  addList(lookups, context);
  addVerifyLookup(lookups, context);
  addResumeLookup(lookups, context);
}

function addList(lookups: Command, context: CliContext): void {
  lookups
    .command('list')
    .argument('<brand>', 'name of the brand')
    .option('--json', 'print one JSON document')
    .description('List the lookups of a brand, and the deliveries that wait for paused lookups.')
    .action(async (brand: string, { json = false }: JsonOption) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.get(apiPath('/v1/brands/{brand}/lookups', { brand: brandName(brand) }));
      reporter.document(answer);
      const rows = objectsAt(answer, 'data');
      if (rows.length === 0) return reporter.line('The brand has no lookups.');
      reporter.line(formatTable(['LOOKUP', 'STATE', 'HELD', 'REASON'], rows.map(row)));
    });
}

function addVerifyLookup(lookups: Command, context: CliContext): void {
  lookups
    .command('verify')
    .argument('<brand>', 'name of the brand')
    .argument('<lookup>', 'name that `lookups list` shows, e.g. recipients.resolver')
    .option('--json', 'print one JSON document')
    .description('Test the credentials of a lookup with a stored event. A passed test resumes a paused lookup.')
    .action(async (brand: string, lookup: string, { json = false }: JsonOption) => {
      const reporter = new Reporter(context, json);
      const answer = await post(context, brand, lookup, 'verify');
      reporter.document(answer);
      const message = printable(textAt(answer, 'message') ?? '');
      if (answer.ok !== true) {
        throw new CliError(`Verification of ${lookup} failed: ${message === '' ? 'no reason was given' : message}`);
      }
      reporter.line(`${reporter.paint.good('ok')}  ${lookup} works${message === '' ? '' : `: ${message}`}`);
    });
}

function addResumeLookup(lookups: Command, context: CliContext): void {
  lookups
    .command('resume')
    .argument('<brand>', 'name of the brand')
    .argument('<lookup>', 'name that `lookups list` shows')
    .option('--json', 'print one JSON document')
    .description('Resume a paused lookup without a test. The deliveries that wait for it are sent.')
    .action(async (brand: string, lookup: string, { json = false }: JsonOption) => {
      const reporter = new Reporter(context, json);
      reporter.document(await post(context, brand, lookup, 'resume'));
      reporter.line(`${lookup} is resumed.`);
    });
}

function post(context: CliContext, brand: string, lookup: string, action: 'verify' | 'resume'): Promise<JsonObject> {
  const client = new HubClient(hubAddress(context.env));
  return client.post(apiPath(`/v1/brands/{brand}/lookups/{lookup}/${action}`, { brand: brandName(brand), lookup }));
}

function row(lookup: JsonObject): string[] {
  const held = `${Number(lookup['held'])}${lookup['heldIsExact'] === false ? '+' : ''}`;
  const reason = printable(textAt(lookup, 'pausedReason') ?? '');
  return [textAt(lookup, 'name') ?? '', lookup['paused'] === true ? 'paused' : 'active', held, reason];
}
