import { describe, expect, it } from '@jest/globals';
import type { Json } from '@patchbay/core';
import { sampleChecks } from '../testing/sample-checks.js';
import { checkBrand } from './check-brand.js';
import { toContent } from './to-content.js';

const ADAPTERS = new Map(sampleChecks.adapters);
const json = ADAPTERS.get('json');
if (json !== undefined) ADAPTERS.set('file', { ...json, name: 'file', readsPaths: false, catalogue: () => [] });

function check(source: Readonly<Record<string, Json>>): ReturnType<typeof checkBrand> {
  const content = { brand: 'acme', sources: { in: source } };
  const text = { content, sourceLocations: new Map(), interpolated: new Set(['sources.in.auth.bearer[0]']) };
  return checkBrand(text, { ...sampleChecks, adapters: ADAPTERS });
}

describe('the files of a source', () => {
  const files = { format: 'csv', delimiter: ';', event: { type: 'orderPlaced', id: '{{ row.id }}' }, perSecond: 100 };

  it('need no credentials with the adapter file, and are written back', () => {
    const { definition, problems } = check({ adapter: 'file', files });
    expect(problems).toEqual([]);
    expect(definition?.sources).toEqual([{ name: 'in', adapter: 'file', auth: {}, files }]);
    expect(definition && toContent(definition).sources).toEqual({ in: { adapter: 'file', files } });
  });

  it('are optional with other adapters, which need credentials', () => {
    const auth = { bearer: ['a-long-secret'] };
    expect(check({ adapter: 'json', auth, files: { format: 'ndjson' } }).problems).toEqual([]);
    expect(check({ adapter: 'json', files: { format: 'ndjson' } }).problems).toEqual([
      { field: 'sources.in.auth', message: 'is missing: add it' },
    ]);
  });

  it.each([
    ['no files', {}, 'sources.in', 'needs files.event'],
    ['no template', { files: { format: 'csv' } }, 'sources.in.files', 'needs files.event'],
    ['no type', { files: { format: 'csv', event: { id: '1' } } }, 'sources.in.files.event.type', 'is missing'],
    ['another root', { files: { ...files, event: { type: '{{ data.a }}' } } }, 'sources.in.files.event.type', 'data'],
    ['a delimiter of NDJSON', { files: { ...files, format: 'ndjson' } }, 'sources.in.files.delimiter', 'only CSV'],
    ['a long delimiter', { files: { ...files, delimiter: '||' } }, 'sources.in.files.delimiter', 'one character'],
  ])('are refused with %s', (_what, source, field, message) => {
    expect(check({ adapter: 'file', ...source }).problems).toEqual([
      { field, message: expect.stringContaining(message) },
    ]);
  });

  const sftp = { host: 'sftp.example.com', username: 'hub', hostKey: `SHA256:${'A'.repeat(43)}`, folder: '/exports' };
  it.each([
    ['no place', {}, 'from', 'exactly one of folder, s3 and sftp'],
    ['two places', { folder: 'a', sftp: { ...sftp, password: 'p' } }, 'from', 'exactly one of folder, s3 and sftp'],
    ['no credentials', { sftp }, 'from.sftp', 'exactly one of password and privateKey'],
    ['a folder outside', { folder: '../etc' }, 'from.folder', 'below PATCHBAY_IMPORT_DIR'],
    ['a folder of another brand', { folder: 'other/orders' }, 'from.folder', 'use acme/'],
    ['a folder with a similar name', { folder: 'acme2' }, 'from.folder', 'use acme/'],
    ['an absolute folder', { folder: '/etc' }, 'from.folder', 'below PATCHBAY_IMPORT_DIR'],
    ['a wrong host key', { sftp: { ...sftp, password: 'p', hostKey: 'x' } }, 'from.sftp.hostKey', 'fingerprint'],
  ])('are refused if they watch %s', (_what, from, field, message) => {
    expect(check({ adapter: 'file', files: { ...files, from } }).problems).toContainEqual({
      field: `sources.in.files.${field}`,
      message: expect.stringContaining(message),
    });
  });

  it('may watch a folder below the import directory', () => {
    const { definition } = check({
      adapter: 'file',
      files: { ...files, from: { folder: 'acme/orders', match: '*.csv' } },
    });
    expect(definition?.sources[0]?.files?.from).toEqual({ folder: 'acme/orders', match: '*.csv' });
  });

  it('need their secrets from the environment', () => {
    const s3 = { bucket: 'exports', region: 'ap-south-1', accessKeyId: 'AKIA', secretAccessKey: 'in-clear-text' };
    for (const [from, field] of [
      [{ s3 }, 's3.secretAccessKey'],
      [{ sftp: { ...sftp, password: 'in-clear-text' } }, 'sftp.password'],
      [{ sftp: { ...sftp, privateKey: 'in-clear-text' } }, 'sftp.privateKey'],
    ] as const) {
      const { problems } = check({ adapter: 'file', files: { ...files, from } });
      expect(problems).toEqual([expect.objectContaining({ field: `sources.in.files.from.${field}` })]);
    }
  });
});
