import type { JsonObject } from '@patchbay/core';
import { textAt } from '../api/json-reading.js';
import { CliError } from '../cli-error.js';
import type { KitArchive } from '../kit/pack-kit.js';
import type { Files } from './plan-plugin.js';
import type { PluginNames } from './plugin-names.js';

/** Folder of the package that contains the archives of the kit. */
export const KIT_FOLDER = 'kit';

/** Files of the package by template, besides package.json. */
export const PACKAGE_TEMPLATES: Readonly<Record<string, string>> = {
  'package/tsconfig.json.tpl': 'tsconfig.json',
  'package/jest.config.js.tpl': 'jest.config.js',
  'package/ci.yml.tpl': '.github/workflows/test.yml',
  'package/gitignore.tpl': '.gitignore',
};

/** Package that the plugin and the hub share. */
const SDK = '@patchbay/plugin-sdk';

/** Packages of the registry that build and test a plugin, in the versions of this repository. */
const TOOLS = ['@jest/globals', '@swc/core', '@swc/jest', '@types/node', 'jest', 'typescript'];

/**
 * Creates the files that make a plugin an npm package of its own. Reads and writes nothing.
 * @param kit archives of the SDK and the test kit, which the package contains in {@link KIT_FOLDER}
 * @param versions versions of tools, by package name
 * @throws CliError if the version of a tool is missing
 */
export function planPackage(
  names: PluginNames,
  kit: readonly KitArchive[],
  versions: JsonObject,
  templates: Files,
): Files {
  const manifest = JSON.stringify(manifestOf(names, kit, versions), null, 2);
  const files = Object.entries(PACKAGE_TEMPLATES).map(
    ([template, file]) => [file, templates.get(template) ?? ''] as const,
  );
  return new Map([['package.json', `${manifest}\n`], ...files]);
}

function manifestOf({ type, label }: PluginNames, kit: readonly KitArchive[], versions: JsonObject): JsonObject {
  const archives = kit.map(({ name, file }) => [name, `file:${KIT_FOLDER}/${file}`] as const);
  const sdk = kit.find(({ name }) => name === SDK);
  if (sdk === undefined) throw new Error(`The kit does not contain ${SDK}. Add it to KIT_PACKAGES.`);
  return {
    name: `patchbay-plugin-${type}`,
    version: '0.1.0',
    description: `Patchbay plugin for ${label}.`,
    license: 'UNLICENSED',
    type: 'module',
    engines: { node: '>=20.19' },
    exports: './dist/index.js',
    files: ['dist', '!dist/**/*.spec.js', '!dist/sandbox.js', 'mappings', 'logo.svg'],
    scripts: {
      build: 'tsc -p tsconfig.json',
      test: 'npm run build && node --experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js',
      prepack: 'npm run build',
    },
    peerDependencies: { [SDK]: `^${sdk.version}` },
    devDependencies: Object.fromEntries([
      ...archives,
      ...TOOLS.map((tool) => [tool, versionOf(tool, versions)] as const),
    ]),
  };
}

function versionOf(tool: string, versions: JsonObject): string {
  const version = textAt(versions, tool);
  if (version !== undefined) return version;
  throw new CliError(`The package.json of Patchbay has no version of ${tool}.`, 'Add it to the devDependencies.');
}
