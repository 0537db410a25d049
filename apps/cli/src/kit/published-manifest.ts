import type { JsonObject } from '@patchbay/core';
import { CliError } from '../cli-error.js';
import { isJsonObject, objectAt, textAt } from '../api/json-reading.js';
import type { KitPackage } from './kit-packages.js';

/** Condition under which this repository imports sources. Archives contain no sources. */
const SOURCE_CONDITION = 'patchbay-src';

/**
 * Returns the package.json of a package in the kit. It has no `private`, only the entry points for authors, and the
 * dependencies of the copied libraries.
 * @param own package.json of the library
 * @param copied package.json of each copied library
 * @throws CliError if the manifest of the library lacks an entry point or a version
 */
export function publishedManifest(kit: KitPackage, own: JsonObject, copied: readonly JsonObject[]): JsonObject {
  const { private: _private, devDependencies, peerDependencies: _peers, ...kept } = own;
  const names = new Set(copied.map((manifest) => textAt(manifest, 'name')));
  const peers = { ...objectAt(own, 'peerDependencies'), ...pick(devDependencies, kit.peers) };
  const dependencies = [own, ...copied].flatMap((manifest) => Object.entries(objectAt(manifest, 'dependencies') ?? {}));
  const needed = dependencies.filter(([name]) => !names.has(name) && !Object.hasOwn(peers, name));
  return {
    ...kept,
    engines: { node: '>=20.19' },
    exports: Object.fromEntries(kit.entryPoints.map((name) => [name, entryPoint(own, name)])),
    files: ['dist'],
    dependencies: Object.fromEntries(needed.sort(([a], [b]) => (a < b ? -1 : 1))),
    peerDependencies: Object.fromEntries(Object.entries(peers).map(([name, version]) => [name, compatible(version)])),
  };
}

function entryPoint(own: JsonObject, name: string): JsonObject {
  const conditions = objectAt(objectAt(own, 'exports'), name);
  if (conditions === undefined)
    throw new CliError(`${textAt(own, 'name') ?? 'A library'} has no entry point "${name}".`, 'Add it to its exports.');
  const { [SOURCE_CONDITION]: _sources, ...built } = conditions;
  return built;
}

function pick(versions: unknown, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(isJsonObject(versions) ? versions : {}).filter(([name]) => names.includes(name)),
  );
}

/** Returns the range of versions that are compatible with a version. */
function compatible(version: unknown): string {
  if (typeof version !== 'string') throw new CliError('A peer dependency has no version.', 'Correct the package.json.');
  return `^${version}`;
}
