import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectAt, textAt } from '../api/json-reading.js';
import { readAll } from '../api/read-all.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { brandName } from './resource-names.js';

/** Adds the command `patchbay destinations <brand>`. */
export function addDestinations(program: Command, context: CliContext): void {
  program
    .command('destinations')
    .argument('<brand>', 'name of the brand')
    .option('--json', 'print one JSON document')
    .description('List the destinations of a brand with their state, and the reason if they send nothing.')
    .action(async (brand: string, { json = false }: { readonly json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const path = apiPath('/v1/brands/{brand}/destinations', { brand: brandName(brand) });
      const data = await readAll(client, path);
      reporter.document({ data });
      if (data.length === 0) reporter.line('The brand has no destinations.');
      else reporter.line(formatTable(['DESTINATION', 'TYPE', 'STATE', 'REASON'], data.map(row)));
    });
}

function row(destination: JsonObject): string[] {
  const [name, type] = [textAt(destination, 'name') ?? '', textAt(destination, 'type') ?? ''];
  return [name, type, ...stateOf(destination)];
}

/** Returns the state of a destination and its reason. */
function stateOf(destination: JsonObject): readonly [state: string, reason: string] {
  const reason = textAt(destination, 'pausedReason') ?? '';
  if (destination.disabled === true) return ['disabled', reason];
  if (destination.paused === true) {
    const until = textAt(destination, 'pausedUntil');
    return [until === undefined ? 'paused' : `paused until ${until}`, reason];
  }
  const health = objectAt(destination, 'health');
  const since = textAt(health, 'failingSince');
  if (health?.circuitBreaker === 'open')
    return ['blocked', since === undefined ? 'The vendor throttles.' : `Every call since ${since} failed.`];
  if (health?.circuitBreaker === 'half_open') return ['probing', `Every call since ${since ?? '?'} failed.`];
  return ['healthy', ''];
}
