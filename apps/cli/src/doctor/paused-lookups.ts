import type { JsonObject } from '@patchbay/core';
import { apiPath } from '../api/api-path.js';
import type { HubClient } from '../api/hub-client.js';
import { countAt, objectsAt, textAt, textsAt } from '../api/json-reading.js';
import { readAll } from '../api/read-all.js';
import { printable } from '../output/printable.js';

/** Returns one problem per paused lookup of all brands: its reason, what waits for it, and the command that tests it. */
export async function pausedLookupProblems(client: HubClient): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const brand of await readAll(client, apiPath('/v1/brands'))) {
    if (textsAt(brand, 'pausedLookups').length === 0) continue;
    const name = textAt(brand, 'name') ?? '';
    const lookups = objectsAt(await client.get(apiPath('/v1/brands/{brand}/lookups', { brand: name })), 'data');
    const paused = lookups.filter((lookup) => lookup['paused'] === true);
    problems.push(...paused.map((lookup) => problemOf(name, lookup)));
  }
  return problems;
}

function problemOf(brand: string, lookup: JsonObject): string {
  const name = textAt(lookup, 'name') ?? '';
  const target = printable(`${brand} ${name}`);
  // The reason begins with the section of the lookup, such as `enrichment.http.profile: `.
  const cause = printable((textAt(lookup, 'pausedReason') ?? '').replace(/^(recipients|enrichment)\.[^:\s]+: /, ''));
  const others = textAt(lookup, 'onFailure') === 'continue' ? ' Other deliveries continue without its data.' : '';
  return (
    `${target} is paused${cause === '' ? '' : `: ${cause}`}. ${waitingText(lookup)}${others} To test and resume it: ` +
    `patchbay lookups verify ${target}`
  );
}

function waitingText(lookup: JsonObject): string {
  const count = countAt(lookup, 'held');
  if (lookup['heldIsExact'] === false) return `At least ${count} deliveries wait for it.`;
  return count === 1 ? '1 delivery waits for it.' : `${count} deliveries wait for it.`;
}
