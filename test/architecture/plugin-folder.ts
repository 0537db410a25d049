import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder } from './tree.js';

const EXPECTED = [
  ['index.ts', 'the default export `defineDestination({ … })`'],
  ['sandbox.ts', 'the vendor as a local fake, for tests and the demo'],
  ['README.md', 'the instructions for brands'],
] as const;

/** Returns one line per file or property that a plugin folder lacks. */
export function lacksOf(plugins: string, type: string): readonly string[] {
  const folder = join(plugins, type);
  const lacks = EXPECTED.filter(([file]) => !existsSync(join(folder, file))).map(
    ([file, purpose]) => `plugins/${type} has no ${file}: ${purpose}.`,
  );
  const specs = readdirSync(folder).filter((name) => name.endsWith('.spec.ts'));
  if (!specs.some((name) => /\bdescribeDestination\(/.test(readFileSync(join(folder, name), 'utf8')))) {
    lacks.push(`plugins/${type} has no spec that calls describeDestination(…), the test suite for plugins. Add one.`);
  }
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(type))
    lacks.push(`The name of plugins/${type} is not in kebab-case. Rename the folder.`);
  return lacks;
}

/**
 * Returns true if a file may contain the name of a destination type. These are the plugin's own folder, tests,
 * documentation and brand files.
 */
function mayName(path: string, type: string): boolean {
  return (
    path.startsWith(`plugins/${type}/`) ||
    /^(docs|test|config\/(brands|examples))\//.test(path) ||
    /\.(e2e-)?spec\.ts$/.test(path) ||
    /^(apps|libs)\/[^/]+\/src\/testing\//.test(path) ||
    path.endsWith('.md') ||
    path === 'package-lock.json'
  );
}

/**
 * Returns the pattern that finds the name of a destination type in a file. A type of one word, such as `webhook`, is
 * also an ordinary word. The pattern finds such a type only as the value of `type`.
 */
function naming(type: string): RegExp {
  return type.includes('-')
    ? new RegExp(`(?<![\\w-])${type}(?![\\w-])`)
    : new RegExp(`\\btype['"]?\\s*(?::|={1,3})\\s*['"\`]?${type}\\b`);
}

/**
 * Returns the files outside a plugin's folder that contain the plugin's type. These files would still name the plugin
 * after its folder was deleted.
 */
export function filesThatName(root: string, types: readonly string[]): readonly string[] {
  const sources = filesUnder(root).filter((path) => /\.([cm]?[jt]sx?|json|ya?ml|sql|html|css)$/.test(path));
  return sources.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return types
      .filter((type) => !mayName(path, type) && naming(type).test(text))
      .map((type) => `${path} names ${type}`);
  });
}
