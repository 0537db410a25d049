import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { JsonObject } from '@patchbay/core';
import { jsonObjectIn } from '@patchbay/plugin-sdk';
import { objectAt, textAt } from '../api/json-reading.js';
import { CliError } from '../cli-error.js';
import { KIT_PACKAGES, type KitPackage } from './kit-packages.js';
import { runNpm } from './npm.js';
import { outsideCode } from './outside-code.js';
import { publishedManifest } from './published-manifest.js';

/** Scope of the names of all libraries. */
const SCOPE = '@patchbay/';

/** Folder of copied libraries in an archive. */
const COPIES = 'dist/copied';

/** Archive of a package of the kit. */
export interface KitArchive {
  /** Name of the package, for example `@patchbay/plugin-sdk`. */
  readonly name: string;
  readonly version: string;
  /** Name of the file, without its folder. */
  readonly file: string;
}

/**
 * Packs the SDK and the test kit as npm archives, from the compiled libraries of a clone. Creates the folder, and
 * replaces archives of the same version.
 * @param root root folder of the clone
 * @throws CliError if the clone is not built or npm fails
 */
export async function packKit(root: string, folder: string): Promise<readonly KitArchive[]> {
  const archives: KitArchive[] = [];
  for (const kit of KIT_PACKAGES) archives.push(await packLibrary(root, kit, folder));
  return archives;
}

/**
 * Packs a library as an npm archive, from a built clone. Creates the folder, and replaces an archive of the same version.
 * @param root root folder of the clone
 * @throws CliError if the clone is not built or npm fails
 */
export async function packLibrary(root: string, kit: KitPackage, into: string): Promise<KitArchive> {
  await mkdir(into, { recursive: true });
  const libraries = join(root, 'libs');
  const own = await manifestOf(join(libraries, kit.library));
  const copied = await neededLibraries(libraries, own);
  const manifest = publishedManifest(kit, own, [...copied.values()]);
  const copies = new Map([...copied.keys()].map((name) => [name, `${COPIES}/${folderOf(name)}/index.js`]));
  const staged = await mkdtemp(join(tmpdir(), 'patchbay-kit-'));
  try {
    await stage(join(libraries, kit.library), join(staged, 'dist'), staged, copies, kit.leftOut);
    for (const folder of [...copied.keys()].map(folderOf))
      await stage(join(libraries, folder), join(staged, COPIES, folder), staged, copies, []);
    await writeFile(join(staged, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    await copyFile(join(libraries, kit.library, 'README.md'), join(staged, 'README.md'));
    await copyFile(join(root, 'LICENSE'), join(staged, 'LICENSE'));
    const file = await runNpm(['pack', '--ignore-scripts', '--pack-destination', resolve(into)], staged);
    return { name: textAt(own, 'name') ?? '', version: textAt(own, 'version') ?? '', file };
  } finally {
    await rm(staged, { recursive: true });
  }
}

/**
 * Returns the manifests of the libraries that a library needs, at any depth, by name. The archive contains copies of
 * them, because the kit has no packages for them. Peers are left out.
 */
async function neededLibraries(libraries: string, own: JsonObject): Promise<ReadonlyMap<string, JsonObject>> {
  const peers = Object.keys(objectAt(own, 'peerDependencies') ?? {});
  const found = new Map<string, JsonObject>();
  const unread = [own];
  for (const manifest of unread) {
    for (const name of Object.keys(objectAt(manifest, 'dependencies') ?? {})) {
      if (!name.startsWith(SCOPE) || peers.includes(name) || found.has(name)) continue;
      const needed = await manifestOf(join(libraries, folderOf(name)));
      found.set(name, needed);
      unread.push(needed);
    }
  }
  return found;
}

/** Returns the folder of a library in `libs`. */
function folderOf(name: string): string {
  return name.slice(SCOPE.length);
}

/** Copies the compiled files of a library, without files whose source no longer exists. */
async function stage(
  library: string,
  to: string,
  root: string,
  copies: ReadonlyMap<string, string>,
  leftOut: readonly string[],
): Promise<void> {
  const dist = join(library, 'dist');
  if (!existsSync(dist))
    throw new CliError(`${library} is not built.`, 'Run `npm run build`, then repeat the command.');
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const source = /^(.*?)(\.d\.ts|\.js)$/.exec(path)?.[1];
    if (source === undefined || leftOut.some((name) => path.startsWith(`${name}${sep}`))) continue;
    if (!existsSync(join(library, 'src', `${source}.ts`))) continue;
    const target = join(to, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(
      target,
      outsideCode(await readFile(join(dist, path), 'utf8'), relative(root, target).split(sep).join('/'), copies),
    );
  }
}

async function manifestOf(library: string): Promise<JsonObject> {
  const manifest = jsonObjectIn(await readFile(join(library, 'package.json')).catch(() => ''));
  if (manifest !== undefined) return manifest;
  throw new CliError(
    `${library} has no package.json.`,
    'Run the command in a full clone of Patchbay. The production image does not contain the kit.',
  );
}
