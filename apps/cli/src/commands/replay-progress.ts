import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '@patchbay/core';
import { apiPath } from '../api/api-path.js';
import type { HubClient } from '../api/hub-client.js';
import type { Reporter } from '../output/reporter.js';
import { progressLine } from './replay-lines.js';

const POLL_INTERVAL_MS = 500;

/** Prints each change of a replay's progress until the replay has ended. Resolves with its final state. */
export async function followReplay(
  client: HubClient,
  names: Readonly<Record<'brand' | 'id', string>>,
  reporter: Reporter,
): Promise<JsonObject> {
  for (let shown = ''; ;) {
    const replay = await client.get(apiPath('/v1/brands/{brand}/replays/{id}', names));
    const line = progressLine(replay);
    if (line !== shown) reporter.line(line);
    shown = line;
    if (typeof replay.endedAt === 'string') return replay;
    await wait(POLL_INTERVAL_MS);
  }
}
