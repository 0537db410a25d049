import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { brokenRules, cruiseTree, dependencyRules, sharedByPlugins } from './cruise-tree.js';
import { foldersIn, ROOT } from './tree.js';

const BAD_TREE = join(ROOT, 'test/architecture/bad-tree');
/** Rule that this spec checks, because dependency-cruiser cannot count the folders that import a package. */
const ONE_OWNER = 'vendor-sdk-has-one-owner';

const rules = (dependencyRules.ruleSet?.forbidden ?? []).map(({ name, comment }) => ({ name: name ?? '', comment }));

function vendorSdks(): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'plugins/package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.keys(manifest.dependencies).filter(
    (name) => !name.startsWith('@patchbay/') && name !== 'class-validator',
  );
}

describe('dependency rules', () => {
  // `npm run lint:deps` checks all other rules in the whole repository.
  it('find no vendor SDK that two plugins of the repository import', async () => {
    const result = await cruiseTree(ROOT, ['plugins']);
    expect(sharedByPlugins(result, vendorSdks())).toEqual([]);
    expect(sharedByPlugins(result, ['@jest/globals'])).toEqual(['@jest/globals']);
  });

  it('each have a reason and a tree with a violation, and there is no such tree without a rule', () => {
    expect(rules.filter(({ comment }) => (comment ?? '').length < 40)).toEqual([]);
    expect([...rules.map(({ name }) => name), ONE_OWNER].sort()).toEqual(foldersIn(BAD_TREE));
  });

  it.each(rules)('$name finds the violation in its bad tree', async ({ name }) => {
    const result = await cruiseTree(join(BAD_TREE, name), ['.']);
    expect(result.summary.violations.map(({ rule }) => rule.name)).toContain(name);
  });

  it('find a vendor SDK that two plugins import', async () => {
    const result = await cruiseTree(join(BAD_TREE, ONE_OWNER), ['.']);
    expect(brokenRules(result)).toEqual([]);
    expect(sharedByPlugins(result, ['twilio', 'class-validator'])).toEqual(['twilio']);
  });
});
