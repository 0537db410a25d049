import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSecretResolver } from '../secrets/secret-resolver.js';
import { sampleChecks } from '../testing/sample-checks.js';
import { loadBrandDirectory } from './load-brand-directory.js';
import { loadBrandFile } from './load-brand-file.js';

const options = { resolveSecret: createSecretResolver({ TOKEN: 'invented-token' }), checks: sampleChecks };

let root: string;
let brands: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'patchbay-brands-'));
  brands = join(root, 'brands');
  mkdirSync(brands);
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string | Buffer): string {
  const file = join(brands, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function withMapping(mapping: string): string {
  return `brand: acme
sources:
  capillary: { adapter: capillary, auth: { bearer: ["\${env:TOKEN}"] } }
destinations:
  hook: { type: webhook, settings: { url: "https://hook.example.com" } }
subscriptions:
  all:
    source: capillary
    events: ["*"]
    destination: hook
    mapping: ${mapping}
`;
}

describe('loadBrandDirectory', () => {
  it('returns the valid files sorted by name, and the problems of the others', () => {
    const zebra = write('zebra.yml', 'brand: zebra');
    const acme = write('acme.yaml', 'brand: acme');
    const wrong = write('wrong.yaml', 'brand: wrong\ncolour: red');
    write('.hidden.yaml', 'brand: hidden');
    write('notes.txt', 'brand: notes');
    write('below/other.yaml', 'brand: other');
    const { files, problems } = loadBrandDirectory(brands, options);
    expect(files.map(({ file, definition }) => [file, definition.brand])).toEqual([
      [acme, 'acme'],
      [zebra, 'zebra'],
    ]);
    expect(problems).toEqual([expect.objectContaining({ file: wrong, line: 2, field: 'colour' })]);
  });

  it('loads a brand from one file only', () => {
    const first = write('a.yaml', 'brand: acme');
    const second = write('b.yaml', 'brand: acme');
    const { files, problems } = loadBrandDirectory(brands, options);
    expect(files.map(({ file }) => file)).toEqual([first]);
    expect(problems).toEqual([
      { file: second, field: 'brand', message: `brand acme is already defined in ${first}: use one file per brand` },
    ]);
  });

  it('distinguishes missing, empty and unreadable folders', () => {
    const nothing = { files: [], problems: [], warnings: [] };
    expect(loadBrandDirectory(join(root, 'none'), options)).toEqual({ ...nothing, folder: 'missing' });
    expect(loadBrandDirectory(brands, options)).toEqual({ ...nothing, folder: 'empty' });
    expect(loadBrandDirectory(write('a.yaml', 'brand: acme'), options)).toEqual({ ...nothing, folder: 'unreadable' });
  });

  it('accepts at most 10,000 files', () => {
    for (let index = 0; index < 10_000; index += 1) write(`brand-${index}.yaml`, `brand: brand-${index}`);
    const { files, ...others } = loadBrandDirectory(brands, options);
    expect(files).toHaveLength(10_000);
    expect(others).toEqual({ problems: [], warnings: [] });
    write('one-more.yaml', 'brand: one-more');
    expect(loadBrandDirectory(brands, options)).toEqual({ files: [], problems: [], warnings: [], folder: 'oversized' });
  }, 300_000);
});

describe('loadBrandFile', () => {
  it.each([
    ['missing', undefined, 'the file does not exist'],
    ['larger than 1 MiB', Buffer.alloc(1024 * 1024 + 1, 35), 'larger than 1 MiB'],
    ['not UTF-8', Buffer.of(0x62, 0xff), 'not UTF-8'],
  ])('rejects a file that is %s', (_name, bytes, message) => {
    const file = bytes === undefined ? join(brands, 'none.yaml') : write('acme.yaml', bytes);
    expect(loadBrandFile(file, options).problems).toEqual([
      { file, field: '', message: expect.stringContaining(message) },
    ]);
  });

  it('accepts many comments', () => {
    const text = `brand: acme\n${'#\n'.repeat(100_000)}`;
    expect(loadBrandFile(write('acme.yaml', text), options).definition?.brand).toBe('acme');
  });
});

describe('loadBrandFile, with a mapping file', () => {
  it.each([
    ['YAML', 'mappings/all.yaml', 'points: "{{ data.totalPointsIssued }}"\nkind: [a]'],
    ['JSON', 'mappings/all.json', '{\n\t"points": "{{ data.totalPointsIssued }}",\n\t"kind": ["a"]\n}'],
  ])('accepts %s', (_name, path, text) => {
    write(path, text);
    const { definition, problems } = loadBrandFile(write('acme.yaml', withMapping(path)), options);
    expect(problems).toEqual([]);
    expect(definition?.subscriptions[0]?.mapping).toEqual({ points: '{{ data.totalPointsIssued }}', kind: ['a'] });
  });

  it('reports problems of the mapping with its file and line', () => {
    const mapping = write('mappings/all.yaml', 'a: 1\nb:\n  c: "{{ data.a | nofilter }}"');
    const { problems } = loadBrandFile(write('acme.yaml', withMapping('mappings/all.yaml')), options);
    expect(problems).toEqual([
      expect.objectContaining({ file: mapping, line: 3, field: 'subscriptions.all.mapping.b.c' }),
    ]);
  });

  it('reports syntax errors with its file and line', () => {
    const mapping = write('mappings/all.yaml', 'a: 1\na: 2');
    const { problems } = loadBrandFile(write('acme.yaml', withMapping('mappings/all.yaml')), options);
    expect(problems).toEqual([
      expect.objectContaining({ file: mapping, line: 2, field: 'subscriptions.all.mapping.a' }),
    ]);
  });

  it('rejects references', () => {
    write('mappings/all.yaml', 'a: "${env:TOKEN}"');
    const { problems } = loadBrandFile(write('acme.yaml', withMapping('mappings/all.yaml')), options);
    expect(problems).toEqual([expect.objectContaining({ line: 1, field: 'subscriptions.all.mapping.a' })]);
  });

  it.each([
    ['a list', '- a', 'does not contain a mapping'],
    ['nothing', '', 'does not contain a mapping'],
  ])('rejects a file that contains %s', (_name, text, message) => {
    write('mappings/all.yaml', text);
    const { problems } = loadBrandFile(write('acme.yaml', withMapping('mappings/all.yaml')), options);
    expect(problems).toEqual([
      {
        file: join(brands, 'acme.yaml'),
        line: 11,
        field: 'subscriptions.all.mapping',
        message: expect.stringContaining(message),
      },
    ]);
  });

  it('does not follow a link out of the directory', () => {
    writeFileSync(join(root, 'outside.yaml'), 'a: 1');
    symlinkSync(join(root, 'outside.yaml'), join(brands, 'all.yaml'));
    const { problems } = loadBrandFile(write('acme.yaml', withMapping('all.yaml')), options);
    expect(problems).toEqual([
      expect.objectContaining({ message: expect.stringContaining('has to be in the directory') }),
    ]);
  });
});
