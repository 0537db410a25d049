import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { ROOT } from './tree.js';

/** The rules and options of `.dependency-cruiser.cjs`. */
export const dependencyRules = await extractOptions(join(ROOT, '.dependency-cruiser.cjs'));

/** Runs the dependency rules on folders of a tree that has the same structure as the repository. */
export async function cruiseTree(baseDir: string, folders: readonly string[]): Promise<ICruiseResult> {
  const { exclude, ...others } = dependencyRules;
  // In the repository, the files that the folders import are not read, because this would take half a minute.
  const own = { exclude, doNotFollow: { path: `^(?!(${folders.join('|')})/)` } };
  const { output } = await cruise([...folders], { ...others, ...(baseDir === ROOT ? own : {}), baseDir });
  if (typeof output === 'string')
    throw new Error(
      'dependency-cruiser returned a text instead of a result object. Remove outputType from its options.',
    );
  return output;
}

/** Returns one line per violation, for the output of a failed test. */
export function brokenRules(result: ICruiseResult): readonly string[] {
  return result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

/** Returns the packages that more than one plugin folder imports. Only one plugin may import a vendor's SDK. */
export function sharedByPlugins(result: ICruiseResult, packages: readonly string[]): readonly string[] {
  return packages.filter((name) => {
    const owners = result.modules
      .filter(({ dependencies }) => dependencies.some(({ resolved }) => resolved.includes(`node_modules/${name}/`)))
      .map(({ source }) => /^plugins\/([^/]+)\//.exec(source)?.[1])
      .filter((owner) => owner !== undefined);
    return new Set(owners).size > 1;
  });
}
