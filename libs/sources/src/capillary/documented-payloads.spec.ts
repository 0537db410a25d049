import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { PrivacyRules, type JsonObject, type NormalisedEvent } from '@patchbay/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { capillaryAdapter } from './capillary.adapter.js';
import { CATALOGUE } from './catalogue/catalogue.js';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
/** Folder of payloads from Capillary's documentation, which is not part of the repository. */
const documented = path.resolve(repository, '../shared/capillary-events');
const own = path.resolve(repository, 'test/fixtures/events');

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
const schemas = new Map(CATALOGUE.map(({ type, schema }) => [type, ajv.compile(schema)]));

/** Privacy rules of a `pii-less` brand. The rules keep the platform's customer ids. */
const piiLess = new PrivacyRules({ mode: 'pii-less', keep: [], personal: [] }, { keyedHash: () => 'hashed' }, (type) =>
  capillaryAdapter.personalPaths(type),
);

interface Payload {
  readonly file: string;
  readonly body: unknown;
}

function payloadsIn(folder: string): Payload[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, body: JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as unknown }));
}

function readOne({ body }: Payload): NormalisedEvent {
  const [result] = capillaryAdapter.read(body, {});
  if (result?.kind !== 'event') throw new Error(`unreadable: ${result?.reason ?? 'no result'}`);
  return result.event;
}

/**
 * Returns the paths that the schema does not declare. Ignores paths below objects whose fields the schema does not
 * list.
 */
function undeclared(value: unknown, schema: JsonObject, at: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { properties, items, additionalProperties } = schema;
  return Object.entries(value).flatMap(([key, child]) => {
    const below = Array.isArray(value)
      ? items
      : ((properties as JsonObject | undefined)?.[key] ?? additionalProperties);
    if (below !== undefined) return undeclared(child, below as JsonObject, `${at}.${key}`);
    return Object.keys(schema).length === 0 ? [] : [`${at}.${key}`];
  });
}

function checks(payload: Payload): void {
  const event = readOne(payload);
  const text = JSON.stringify(payload.body);
  const validate = schemas.get(event.type);
  expect(CATALOGUE.map(({ type }) => type)).toContain(event.type);
  expect(event.eventId).toMatch(/^\S+$/);
  expect(event.organisation).toMatch(/^\d+$/);
  if (/"customerId"\s*:\s*\d/.test(text)) expect(event.customerIds.length).toBeGreaterThan(0);
  for (const id of event.customerIds) expect(text).toContain(id);
  expect({ valid: validate?.(event.data), errors: validate?.errors }).toEqual({ valid: true, errors: null });
  const schema = CATALOGUE.find(({ type }) => type === event.type)?.schema ?? {};
  expect(undeclared(event.data, schema, 'data')).toEqual([]);
  expect(piiLess.protect(event).event.customerIds).toEqual(event.customerIds);
}

describe('payloads from the documentation', () => {
  const payloads = payloadsIn(documented);
  if (payloads.length === 0) {
    process.stderr.write(`SKIPPED: no documented payloads at ${path.relative(repository, documented)}\n`);
    it.skip('are missing', () => undefined);
    return;
  }

  it('are complete', () => {
    expect(payloads.length).toBe(105);
  });

  it.each(payloads)('$file is readable, and its catalogue entry declares all fields', checks);
});

describe('example events of this repository', () => {
  const payloads = payloadsIn(own);

  it('cover each of the common types once', () => {
    expect(payloads.length).toBeGreaterThanOrEqual(25);
  });

  it.each(payloads)('$file is readable, and its catalogue entry declares all fields', (payload) => {
    checks(payload);
    expect(readOne(payload).type).toBe(path.basename(payload.file, '.json'));
  });
});
