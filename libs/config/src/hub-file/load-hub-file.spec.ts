import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_HUB_SETTINGS } from './hub-settings.js';
import { loadHubFile, type HubFileResult } from './load-hub-file.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'patchbay-hub-file-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function load(text: string): HubFileResult {
  const path = join(directory, 'patchbay.yaml');
  writeFileSync(path, text);
  return loadHubFile(path);
}

describe('loadHubFile', () => {
  it('returns the defaults for a missing or empty file', () => {
    const defaults = { settings: DEFAULT_HUB_SETTINGS, problems: [] };
    expect(loadHubFile(join(directory, 'none.yaml'))).toEqual(defaults);
    expect(load('')).toEqual(defaults);
    expect(load('# only a comment\n')).toEqual(defaults);
    expect(load('{}')).toEqual(defaults);
  });

  it('merges the file with the defaults', () => {
    expect(load('plugins: ["@acme/patchbay-plugins"]\ningest: { bodyLimitBytes: 2097152 }').settings).toEqual({
      plugins: ['@acme/patchbay-plugins'],
      ingest: { ...DEFAULT_HUB_SETTINGS.ingest, bodyLimitBytes: 2_097_152 },
    });
  });

  it.each([
    ['an unknown key', 'plugin: [a]', 1, 'plugin', 'Did you mean "plugins"?'],
    ['a path as a plugin', 'plugins:\n  - ../evil', 2, 'plugins[0]', 'npm package'],
    ['a limit that is too high', 'ingest:\n  bodyLimitBytes: 1e9', 2, 'ingest.bodyLimitBytes', 'at most 16777216'],
    ['an empty group', 'ingest:', 1, 'ingest', 'is empty'],
    ['a duplicate key', 'plugins: []\nplugins: []', 2, 'plugins', 'twice'],
  ])('rejects %s with line and field', (_name, text, line, field, message) => {
    expect(load(text)).toEqual({
      problems: [{ file: join(directory, 'patchbay.yaml'), line, field, message: expect.stringContaining(message) }],
    });
  });
});
