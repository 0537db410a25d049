import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { ROOT } from '../architecture/tree.js';
import { dockerfileProblems, TOOLS } from './tools.js';

describe('docker-compose.yml', () => {
  const schema = JSON.parse(
    readFileSync(join(TOOLS, 'node_modules/dclint/schemas/compose.schema.json'), 'utf8'),
  ) as Record<string, unknown>;
  delete schema['$schema'];
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const check = ajv.compile(schema);
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');

  it('fits the schema of the Compose Specification', () => {
    check(parse(text, { merge: true }));
    expect(check.errors ?? []).toEqual([]);
  });

  it.each([
    ['an unknown key', text.replace('image: postgres', 'imagee: postgres')],
    ['a number instead of a list', text.replace("ports: ['127.0.0.1:${PORT:-3000}:3000']", 'ports: 3000')],
  ])('would not fit with %s', (_what, changed) => {
    expect(changed).not.toBe(text);
    expect(check(parse(changed, { merge: true }))).toBe(false);
  });
});

describe('Dockerfile', () => {
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

  it('has no problems', () => {
    expect(dockerfileProblems(text)).toEqual([]);
  });

  it('would not pass with an unknown instruction', () => {
    expect(dockerfileProblems(text.replace('EXPOSE', 'EXPOSED'))).toEqual([expect.stringContaining('EXPOSED')]);
  });
});
