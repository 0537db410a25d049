import type { JsonObject } from '@patchbay/core';
import { apiPath } from '../api/api-path.js';
import type { HubClient } from '../api/hub-client.js';
import { textAt, textsAt } from '../api/json-reading.js';
import { readAll } from '../api/read-all.js';
import { CliError } from '../cli-error.js';
import { printable } from '../output/printable.js';
import type { Finding } from './finding.js';

/** Number of destinations that are verified at the same time. */
const CONCURRENCY = 4;

/** Verifies the credentials of every enabled destination. Sends no message. */
export async function destinationsFinding(client: HubClient): Promise<Finding> {
  const destinations = await enabledDestinations(client);
  const problems: string[] = [];
  const warnings: string[] = [];
  const left = [...destinations];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const target = printable(`${next.brand}/${next.name}`);
      const answer = await verify(client, next);
      const message = printable(textAt(answer, 'message') ?? '', 1_000);
      if (answer['ok'] !== true)
        problems.push(`${target}: ${message === '' ? 'the vendor rejected the credentials' : message}`);
      else if (answer['resumed'] === true) warnings.push(`${target}: ${message}`);
      warnings.push(...textsAt(answer, 'warnings').map((text) => `${target}: ${printable(text, 1_000)}`));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return {
    name: 'destinations',
    facts: `${destinations.length - problems.length} of ${destinations.length} work`,
    problems: problems.sort(),
    warnings: warnings.sort(),
  };
}

interface Target {
  readonly brand: string;
  readonly name: string;
}

async function enabledDestinations(client: HubClient): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const { name } of await readAll(client, apiPath('/v1/brands'))) {
    const brand = typeof name === 'string' ? name : '';
    const destinations = await readAll(client, apiPath('/v1/brands/{brand}/destinations', { brand }));
    const enabled = destinations.filter((destination) => destination['disabled'] !== true);
    targets.push(...enabled.map((destination) => ({ brand, name: textAt(destination, 'name') ?? '' })));
  }
  return targets;
}

/** Returns the answer of the hub. A destination that the hub could not verify has an answer with the error. */
async function verify(client: HubClient, { brand, name }: Target): Promise<JsonObject> {
  try {
    return await client.post(apiPath('/v1/brands/{brand}/destinations/{name}/verify', { brand, name }));
  } catch (error) {
    if (error instanceof CliError) return { ok: false, message: error.message };
    throw error;
  }
}
