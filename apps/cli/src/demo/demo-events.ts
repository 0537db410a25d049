import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '@patchbay/core';
import { isJsonObject } from '../api/json-reading.js';
import { CliError } from '../cli-error.js';
import { ROOT } from './repository.js';

/** Reads the events of a file and sets `createdAt` to `now`, one millisecond apart. */
export async function loadDemoEvents(file: string, now: number): Promise<readonly JsonObject[]> {
  const content: unknown = JSON.parse(await readFile(join(ROOT, 'apps', 'cli', 'demo-events', file), 'utf8'));
  return (Array.isArray(content) ? content : [content]).map((event: unknown, index) => {
    if (!isJsonObject(event)) {
      throw new CliError(`apps/cli/demo-events/${file} is not an event or a list of events.`, 'Correct the file.');
    }
    return { ...event, createdAt: now + index };
  });
}
