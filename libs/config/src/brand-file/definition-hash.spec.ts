import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { BrandFile } from '@patchbay/core';
import { createSecretResolver } from '../secrets/secret-resolver.js';
import { sampleChecks } from '../testing/sample-checks.js';
import { definitionHash } from './definition-hash.js';
import { loadBrandText } from './load-brand-file.js';

function hash(text: string, token = 'invented', file = 'a.yaml'): string {
  const options = { resolveSecret: createSecretResolver({ TOKEN: token }), checks: sampleChecks };
  const { definition } = loadBrandText(text, file, options);
  if (definition === undefined) throw new Error('the file is invalid');
  const files: BrandFile[] = [{ file, definition }];
  return definitionHash(files, (purpose, value) =>
    createHmac('sha256', 'key')
      .update(purpose + value)
      .digest('hex'),
  );
}

const SOURCE = '{ adapter: json, auth: { bearer: ["${env:TOKEN}"] } }';

describe('definitionHash', () => {
  const text = `brand: acme\ntimezone: UTC\nsources: { a: ${SOURCE} }`;

  it('does not depend on the order of keys or on comments', () => {
    expect(
      hash(`# a comment\nsources: { a: { auth: { bearer: ["\${env:TOKEN}"] }, adapter: json } }\nbrand: acme`),
    ).toBe(hash(text));
  });

  it.each([
    ['a value', hash(text.replace('UTC', 'Asia/Kolkata'))],
    ['a secret behind the same reference', hash(text, 'another')],
    ['the name of the file', hash(text, 'invented', 'b.yaml')],
    ['another entry in a list', hash(text.replace('["${env:TOKEN}"]', '["${env:TOKEN}", "${env:TOKEN}2"]'))],
  ])('changes with %s', (_name, other) => {
    expect(other).not.toBe(hash(text));
  });
});
