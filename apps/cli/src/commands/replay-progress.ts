import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '@patchbay/core';
import type { HubClient } from '../api/hub-client.js';
import type { Reporter } from '../output/reporter.js';
import { progressLine } from './replay-lines.js';

const POLL_INTERVAL_MS = 500;

/** Shows how far a replay is, whenever that changes, until it has ended. Resolves with what the hub says of it then. */
export async function followReplay(client: HubClient, path: string, reporter: Reporter): Promise<JsonObject> {
  for (let shown = ''; ;) {
    const replay = await client.get(path);
    const line = progressLine(replay);
    if (line !== shown) reporter.line(line);
    shown = line;
    if (typeof replay.endedAt === 'string') return replay;
    await wait(POLL_INTERVAL_MS);
  }
}
