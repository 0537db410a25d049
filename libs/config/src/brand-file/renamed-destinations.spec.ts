import { describe, expect, it } from '@jest/globals';
import { emptyBrand, planEdit } from '../brand-edit/plan-edit.js';
import { createSecretResolver } from '../secrets/secret-resolver.js';
import { sampleChecks, sampleEditChecks } from '../testing/sample-checks.js';
import { loadBrandText, type BrandFileResult } from './load-brand-file.js';

const HOOK = 'type: webhook, settings: { url: "https://hook.example.com" }';

function load(destinations: Readonly<Record<string, string>>): BrandFileResult {
  const lines = Object.entries(destinations).map(([name, also]) => `  ${name}: { ${HOOK}${also} }`);
  const text = ['brand: acme', 'destinations:', ...lines].join('\n');
  return loadBrandText(text, 'acme.yaml', { resolveSecret: createSecretResolver({}), checks: sampleChecks });
}

describe('renamedFrom of a destination', () => {
  it('is kept in the definition', () => {
    const { definition, problems } = load({ sms: ', renamedFrom: old-sms', mail: '' });
    expect(problems).toEqual([]);
    expect(definition?.destinations.map(({ name, renamedFrom }) => [name, renamedFrom])).toEqual([
      ['sms', 'old-sms'],
      ['mail', undefined],
    ]);
  });

  it.each([
    [
      'a destination of the file',
      { sms: ', renamedFrom: old-sms', 'old-sms': '' },
      3,
      'still has a destination old-sms',
    ],
    ['the destination itself', { sms: ', renamedFrom: sms' }, 3, 'still has a destination sms'],
    [
      'the same for two',
      { a: ', renamedFrom: old', b: ', renamedFrom: old' },
      4,
      'destination a is already renamed from old',
    ],
    ['an invalid name', { sms: ', renamedFrom: Old SMS' }, 3, 'invalid name'],
  ])('cannot be %s', (_case, destinations, line, message) => {
    const field = expect.stringMatching(/^destinations\.\w+\.renamedFrom$/);
    expect(load(destinations).problems).toEqual([
      { file: 'acme.yaml', line, field, message: expect.stringContaining(message) },
    ]);
  });

  it('is rejected by the API', () => {
    const patch = { type: 'webhook', settings: { url: 'https://hook.example.com' }, renamedFrom: 'old' };
    const part = { kind: 'destination', name: 'sms' } as const;
    const { problems } = planEdit({ before: emptyBrand('acme'), part, isNew: true, patch }, sampleEditChecks);
    const message = 'can be set only in a brand file: remove it from the request';
    expect(problems).toEqual([{ field: 'renamedFrom', message }]);
  });
});
