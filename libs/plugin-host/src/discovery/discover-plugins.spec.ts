import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { discoverPlugins } from './discover-plugins.js';
import { PluginBootError, type PluginProblem } from './plugin-problem.js';
import type { PluginLocations } from './find-plugins.js';

const fixtures = join(import.meta.dirname, '../../fixtures');
const good = join(fixtures, 'good');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function problemsOf(locations: PluginLocations): Promise<readonly PluginProblem[]> {
  const error: unknown = await discoverPlugins(locations).catch((caught: unknown) => caught);
  if (!(error instanceof PluginBootError)) throw new Error('expected a PluginBootError', { cause: error });
  return error.problems;
}

function packageNamed(name: string, manifest: object, code: string): string {
  const root = mkdtempSync(join(tmpdir(), 'patchbay-packages-'));
  folders.push(root);
  const folder = join(root, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, type: 'module', ...manifest }));
  writeFileSync(join(folder, 'index.js'), code);
  return root;
}

const definition = (type: string): string =>
  `class Values {}
  export default { type: '${type}', label: 'P', description: 'P', category: 'sms', messaging: 'sms', contract: 2, credentials: Values,
    settings: Values, message: Values, verify: async () => undefined, deliver: async () => ({}) };`;

describe('discoverPlugins', () => {
  it('finds a folder with its presets, README and logo, and skips other folders', async () => {
    const plugins = await discoverPlugins({ pluginsDir: good, packages: [] });
    expect(plugins.map((plugin) => plugin.definition.type)).toEqual(['echo']);
    expect([...(plugins[0]?.presets.keys() ?? [])].sort()).toEqual(['*', 'pointsIssued', 'transactionAdded']);
    expect(plugins[0]?.readme).toContain('# Echo');
    expect(plugins[0]?.logo).toMatch(/^data:image\/svg\+xml;base64,/);
  });

  it('lists every problem of every plugin, with its folder and its fix', async () => {
    const problems = await problemsOf({ pluginsDir: join(fixtures, 'bad'), packages: [] });
    const listed = problems.map((problem) => `${problem.plugin}: ${problem.message}`);
    for (const expected of [
      /^plugins\/other-type: its type is "another-type" but its folder is "other-type"/,
      /^plugins\/old-contract: contract must be 2/,
      /^plugins\/old-contract: dedupes ended with contract 2; rename it to idempotent/,
      /^plugins\/ended-import: it cannot be loaded: .*DOWNSTREAM_STATUSES.*; import VENDOR_STATUSES instead/,
      /^plugins\/no-deliver: deliver is missing/,
      /^plugins\/no-deliver: module must be a class with @Module/,
      /^plugins\/no-deliver: label is missing/,
      /^plugins\/no-deliver: category must be a word in lower case/,
      /^plugins\/no-deliver: messaging must be null, or the channel .*: sms, email, push, whatsapp, chat/,
      /^plugins\/no-deliver: settingsVersion must be a whole number from 1/,
      /^plugins\/old-contract: migrate needs settingsVersion 2 or higher/,
      /^plugins\/no-deliver: credentials\.key: fromVendor is only for texts of the settings class/,
      /^plugins\/no-deliver: quotaExcess must be wait or suppress/,
      /^plugins\/no-deliver: settings is missing; add a class/,
      /^plugins\/no-deliver: limits\.concurrency must be a number above 0/,
      /^plugins\/no-deliver: limits\.burst must be a whole number/,
      /^plugins\/no-deliver: limits\.rate is unknown; known are ratePerSecond, burst/,
      /^plugins\/no-deliver: batch and deliverBatch belong together/,
      /^plugins\/no-deliver: batch\.size must be a whole number/,
      /^plugins\/no-deliver: "statusCallbacks" is not a property of a definition/,
      /^plugins\/undeclared-field: credentials: Values\.forgotten: declare it with @Field/,
      /^plugins\/unsupported-rule: message: Values\.key: @IsPhoneNumber has no equivalent.*format: 'e164'/,
      /^plugins\/broken-import: it cannot be loaded: the vendor library is missing/,
      /^plugins\/broken-preset: its preset for \* is invalid: .*no_such_filter/,
      /^plugins\/broken-preset: mappings\/pointsIssued\.json is not a JSON object/,
      /^plugins\/no-default: its index has no default export/,
      /^plugins\/wrong-actions: message belongs to each action; move it into actions/,
      /^plugins\/wrong-actions: actions\.send text: the name must be letters and digits/,
      /^plugins\/wrong-actions: actions\.send text\.send is not a property of an action; known are label, message/,
      /^plugins\/wrong-actions: actions\.send text\.label is missing/,
      /^plugins\/wrong-actions: actions\.send text\.message is missing; add a class/,
      /^plugins\/wrong-actions: actions\.send text\.deliver is missing/,
      /^plugins\/wrong-actions: actions\.sendText\.deliverBatch must be a function/,
      /^plugins\/wrong-actions: actions\.sendText\.message\.sender: fromVendor is only for texts/,
      /^plugins\/wrong-actions: batch and deliverBatch of each action belong together/,
      /^plugins\/no-actions: actions must be an object with at least one action/,
      /^plugins\/wrong-preset-action: its preset for pointsIssued does not have the \$action .*; set it to one of sendText/,
      /^plugins\/no-index: it has no index\.ts/,
    ]) {
      expect(listed).toContainEqual(expect.stringMatching(expected));
    }
  });

  it('requires a build if the built plugin is missing', async () => {
    expect(await problemsOf({ pluginsDir: good, packages: [], fromSources: false })).toEqual([
      { plugin: 'plugins/echo', message: 'it is not built; run npm run build' },
    ]);
  });

  it('starts without plugins if the folder is missing', async () => {
    expect(await discoverPlugins({ pluginsDir: join(fixtures, 'nowhere'), packages: [] })).toEqual([]);
  });

  it.each<[string, object]>([
    ['main', { main: './index.js' }],
    ['exports', { exports: './index.js' }],
    ['conditions', { exports: { '.': { types: './index.d.ts', import: { default: './index.js' } } } }],
    ['neither', {}],
  ])('loads an npm package by its %s', async (_name, manifest) => {
    const packagesFrom = packageNamed('@acme/fax', manifest, definition('acme-fax'));
    const plugins = await discoverPlugins({ pluginsDir: good, packages: ['@acme/fax'], packagesFrom });
    expect(plugins.map((plugin) => plugin.definition.type)).toEqual(['echo', 'acme-fax']);
  });

  it('refuses a type that another plugin has, a missing package, and names that are paths', async () => {
    const packagesFrom = packageNamed('taken', {}, definition('echo'));
    expect(await problemsOf({ pluginsDir: good, packages: ['taken', 'absent', '../taken'], packagesFrom })).toEqual([
      { plugin: 'absent', message: expect.stringContaining('npm install absent') },
      { plugin: '../taken', message: expect.stringContaining('is not installed') },
      { plugin: 'taken', message: expect.stringContaining('is used by plugins/echo') },
    ]);
  });
});
