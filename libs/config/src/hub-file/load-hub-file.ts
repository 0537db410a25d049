import type { ConfigurationProblem } from '@patchbay/core';
import { readTextFile } from '../read-text-file.js';
import { makeSchemaCheck } from '../schema/schema-check.js';
import { readYaml } from '../yaml/read-yaml.js';
import { DEFAULT_HUB_SETTINGS, hubFileSchema, type HubFileContent, type HubSettings } from './hub-settings.js';

const check = makeSchemaCheck<HubFileContent>(hubFileSchema);

/** Settings of the hub file, or its problems. */
export interface HubFileResult {
  /** Settings of the hub. Absent if there are problems. */
  readonly settings?: HubSettings;
  readonly problems: readonly ConfigurationProblem[];
}

/** Reads `patchbay.yaml`. Returns the defaults if the file is missing or empty. Never throws. */
export function loadHubFile(path: string): HubFileResult {
  const text = readTextFile(path);
  if (text === undefined) return { settings: DEFAULT_HUB_SETTINGS, problems: [] };
  return 'problem' in text
    ? { problems: [{ file: path, field: '', message: text.problem }] }
    : readHubText(text.text, path);
}

function readHubText(text: string, path: string): HubFileResult {
  const { content, sourceLocations, problems } = readYaml(text, path);
  if (problems.length > 0) return { problems };
  if (content === null) return { settings: DEFAULT_HUB_SETTINGS, problems: [] };
  const checked = check({ content, sourceLocations, interpolated: new Set() });
  if (!checked.ok) return { problems: checked.problems };
  const { plugins, ingest } = checked.value;
  return {
    settings: {
      plugins: plugins ?? DEFAULT_HUB_SETTINGS.plugins,
      ingest: { ...DEFAULT_HUB_SETTINGS.ingest, ...ingest },
    },
    problems: [],
  };
}
