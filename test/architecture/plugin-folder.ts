import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder } from './tree.js';

const EXPECTED = [
  ['index.ts', 'the default export `defineDestination({ … })`'],
  ['sandbox.ts', 'the vendor as a local fake, for tests and the demo'],
  ['README.md', 'how a brand sets it up'],
] as const;

/** What a plugin folder lacks, one line each. */
export function lacksOf(plugins: string, type: string): readonly string[] {
  const folder = join(plugins, type);
  const lacks = EXPECTED.filter(([file]) => !existsSync(join(folder, file))).map(
    ([file, purpose]) => `plugins/${type} has no ${file}: ${purpose}.`,
  );
  const specs = readdirSync(folder).filter((name) => name.endsWith('.spec.ts'));
  if (!specs.some((name) => /\bdescribeDestination\(/.test(readFileSync(join(folder, name), 'utf8')))) {
    lacks.push(`plugins/${type} has no spec that calls describeDestination(…), the suite that every plugin passes.`);
  }
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(type)) lacks.push(`plugins/${type}: the folder is the type, in kebab-case.`);
  return lacks;
}

/** Where a type may be named: its own folder, tests, prose, files of brands and examples of them, and the package manager's lock. */
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

/** A type of one word, `webhook`, is an ordinary word as well: it is named where it stands as the value of `type`. */
function naming(type: string): RegExp {
  return type.includes('-')
    ? new RegExp(`(?<![\\w-])${type}(?![\\w-])`)
    : new RegExp(`\\btype['"]?\\s*(?::|={1,3})\\s*['"\`]?${type}\\b`);
}

/** Files outside of a plugin's folder that name its type: deleting the folder would leave them behind. */
export function filesThatName(root: string, types: readonly string[]): readonly string[] {
  const sources = filesUnder(root).filter((path) => /\.([cm]?[jt]sx?|json|ya?ml|sql|html|css)$/.test(path));
  return sources.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return types
      .filter((type) => !mayName(path, type) && naming(type).test(text))
      .map((type) => `${path} names ${type}`);
  });
}
