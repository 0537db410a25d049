import type { ConfigurationProblem } from '@patchbay/core';
import { readTextFile } from '../read-text-file.js';
import { makeSchemaCheck } from '../schema/schema-check.js';
import { readYaml } from '../yaml/read-yaml.js';
import { problemAt, type SourceText } from '../source-text.js';
import {
  DEFAULT_HUB_SETTINGS,
  hubFileSchema,
  type HubFileContent,
  type HubSettings,
  type SignInSettings,
} from './hub-settings.js';

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
  const source: SourceText = { content, sourceLocations, interpolated: new Set() };
  const checked = check(source);
  if (!checked.ok) return { problems: checked.problems };
  const { plugins, ingest, imports, signIn } = checked.value;
  if (signIn !== undefined && signIn.apiAudience === signIn.clientId) {
    return { problems: [problemAt(source, ['signIn', 'apiAudience'], SAME_AUDIENCE)] };
  }
  return {
    settings: {
      plugins: plugins ?? DEFAULT_HUB_SETTINGS.plugins,
      ingest: { ...DEFAULT_HUB_SETTINGS.ingest, ...ingest },
      imports: { ...DEFAULT_HUB_SETTINGS.imports, ...imports },
      ...(signIn && { signIn: signInSettings(signIn) }),
    },
    problems: [],
  };
}

/** ID tokens have the client id as their audience. The API would accept them as access tokens. */
const SAME_AUDIENCE =
  'must not be the clientId, because the API would accept ID tokens: register the API at the provider with an audience ' +
  'of its own';

/** Scopes that give the subject and the name of a person. */
const DEFAULT_SCOPES = ['openid', 'profile'];

function signInSettings({ roles, scopes, ...signIn }: NonNullable<HubFileContent['signIn']>): SignInSettings {
  return {
    ...signIn,
    // Without `openid`, the provider sends no ID token.
    scopes: [...new Set(['openid', ...(scopes ?? DEFAULT_SCOPES)])],
    roles: roles.map((rule) => ({ ...rule, reveal: rule.reveal ?? false })),
  };
}
