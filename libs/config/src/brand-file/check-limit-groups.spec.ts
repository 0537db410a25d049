import { describe, expect, it } from '@jest/globals';
import { createSecretResolver } from '../secrets/secret-resolver.js';
import { sampleChecks } from '../testing/sample-checks.js';
import { loadBrandText, type BrandFileResult } from './load-brand-file.js';
import { toContent } from './to-content.js';

function load(groups: Readonly<Record<string, string>>): BrandFileResult {
  const lines = Object.entries(groups).map(
    ([name, group]) =>
      `  ${name}: { type: webhook, settings: { url: "https://hook.example.com" }, limits: { group: ${group} } }`,
  );
  const text = ['brand: acme', 'destinations:', ...lines].join('\n');
  return loadBrandText(text, 'acme.yaml', { resolveSecret: createSecretResolver({}), checks: sampleChecks });
}

describe('limits.group of a destination', () => {
  it('is kept in the definition and in the export', () => {
    const { definition, problems, warnings } = load({ shop: 'account', club: 'account' });
    expect([problems, warnings]).toEqual([[], []]);
    if (definition === undefined) throw new Error('The file has no definition.');
    expect(toContent(definition).destinations).toMatchObject({
      shop: { limits: { group: 'account' } },
      club: { limits: { group: 'account' } },
    });
  });

  it('causes a warning with the other groups if no other destination is in the group', () => {
    const { problems, warnings } = load({ shop: 'account', club: 'account', app: 'acount' });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      {
        ...{ file: 'acme.yaml', line: 5, field: 'destinations.app.limits.group' },
        message:
          'no other destination is in the group "acount", so it shares its limits with none: use the name of another ' +
          'group, or remove group. Did you mean "account"? Other groups: account.',
      },
    ]);
  });

  it('has to be a name', () => {
    expect(load({ shop: 'My Account', club: 'account' }).problems).toMatchObject([
      { field: 'destinations.shop.limits.group', message: expect.stringContaining('invalid name') },
    ]);
  });
});
