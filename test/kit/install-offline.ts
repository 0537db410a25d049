import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isJsonObject, jsonObjectIn, type Json } from '@patchbay/plugin-sdk';
import { ROOT } from '../architecture/tree.js';
import { run } from './run.js';

const INSTALLED = join(ROOT, 'node_modules');
const GROUPS = ['dependencies', 'devDependencies', 'peerDependencies'];

/**
 * Leaves the state of `npm install`, without a network. Unpacks the archives that a package names, and links each other
 * package that the package or an archive declares to this repository's copy. An undeclared package is missing, as after
 * a real installation.
 */
export async function installOffline(folder: string): Promise<void> {
  for (const [name, version] of declared(folder, GROUPS)) {
    if (version.startsWith('file:')) await unpack(join(folder, version.slice('file:'.length)), folder, name);
    else link(folder, name);
  }
}

/** Unpacks an archive into `node_modules`, and links the packages that it needs. */
export async function unpack(archive: string, folder: string, name: string): Promise<void> {
  const target = join(folder, 'node_modules', name);
  mkdirSync(target, { recursive: true });
  await run('tar', ['-xzf', archive, '-C', target, '--strip-components=1'], folder);
  for (const [needed] of declared(target, ['dependencies', 'peerDependencies'])) link(folder, needed);
}

function link(folder: string, name: string): void {
  if (name.startsWith('@patchbay/')) return;
  const target = join(folder, 'node_modules', name);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(INSTALLED, name), target, 'junction');
  const bin = join(folder, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  for (const [command, file] of commandsOf(target)) symlinkSync(join(INSTALLED, name, file), join(bin, command));
}

function declared(folder: string, groups: readonly string[]): readonly (readonly [string, string])[] {
  const manifest = jsonObjectIn(readFileSync(join(folder, 'package.json')));
  const all = new Map<string, string>();
  for (const group of groups) {
    for (const [name, version] of texts(manifest?.[group])) if (!all.has(name)) all.set(name, version);
  }
  return [...all];
}

function commandsOf(folder: string): readonly (readonly [string, string])[] {
  return texts(jsonObjectIn(readFileSync(join(folder, 'package.json')))?.bin);
}

function texts(value: Json | undefined): readonly (readonly [string, string])[] {
  return Object.entries(isJsonObject(value) ? value : {}).flatMap(([key, text]) =>
    typeof text === 'string' ? [[key, text] as const] : [],
  );
}
