import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

/** Request body of the API in which one optional field is null. */
interface NullBody {
  readonly method: string;
  readonly path: string;
  readonly field: string;
  readonly body: object;
}

describe('an explicit null in a body', () => {
  let hub: TestHub;
  let bodies: readonly NullBody[] = [];

  beforeAll(async () => {
    hub = await startTestHub({ brands: { acme: acmeBrand() }, env: acmeEnv('http://127.0.0.1:9/') });
    await hub.admin('POST', '/v1/brands', { name: 'api' });
    bodies = nullBodies((await hub.admin('GET', '/openapi.json')).body);
  }, SERVICE_TIMEOUT_MS);

  afterAll(() => hub.close());

  it('is refused with the name of the field, in every optional field of every body', async () => {
    // These are all bodies with optional fields that must not be null. Bodies of PATCH requests are not included,
    // because null removes a field in a PATCH.
    expect(new Set(bodies.map(({ method, path }) => `${method} ${path}`))).toEqual(
      new Set([
        'post /v1/apply',
        'post /v1/brands',
        'post /v1/brands/api/capillary/reconcile',
        'post /v1/brands/api/capillary/register',
        'post /v1/brands/api/sources',
        'post /v1/brands/api/sources/any/imports',
        'post /v1/brands/api/deliveries/redeliver',
        'post /v1/brands/api/destinations',
        'post /v1/brands/api/destinations/any/pause',
        'post /v1/brands/api/destinations/any/test-send',
        'post /v1/brands/api/subscriptions',
        'post /v1/brands/api/suppressions',
        'post /v1/brands/api/preview',
        'post /v1/brands/api/replays',
        'post /v1/brands/api/trials',
        'post /v1/keys',
        'post /v1/session',
      ]),
    );
    const passed = [];
    for (const { method, path, field, body } of bodies) {
      const { status, text } = await hub.admin(method.toUpperCase(), path, body);
      const refused = status === 400 || status === 422;
      const named = text.replaceAll('[0]', '.0').includes(`"field":"${field}"`);
      if (!refused || !named) passed.push({ method, path, field, status, text });
    }
    expect(passed).toEqual([]);
  });

  it('does not start a replay in place of a dry run', async () => {
    expect((await hub.ingest('acme/capillary', pointsIssued('null-1'), ACME_AUTH)).status).toBe(202);
    const filter = { eventType: 'pointsIssued' };
    const answer = await hub.admin('POST', '/v1/brands/acme/replays', { filter, dryRun: null });
    expect([answer.status, at(answer.body, 'errors.0.field')]).toEqual([400, 'dryRun']);
    const replays = await hub.admin('GET', '/v1/brands/acme/replays');
    expect(at(replays.body, 'data')).toEqual([]);
  });

  it('is refused in the settings of a destination, with file and line', async () => {
    const settings = { url: 'https://example.com/', headers: null };
    const hook = { type: 'webhook', credentials: { bearer: 'invented-token' }, settings };
    const content = { brand: 'nulls', destinations: { hook } };
    const field = 'destinations.hook.settings.headers';
    const file = { file: 'nulls.yaml', content, sourceLocations: [{ field, file: 'nulls.yaml', line: 7 }] };
    const interpolated = ['destinations.hook.credentials.bearer'];
    const { status, body } = await hub.admin('POST', '/v1/apply', { files: [{ ...file, interpolated }] });
    expect(status).toBe(422);
    expect(at(body, 'errors')).toEqual([expect.objectContaining({ field, file: 'nulls.yaml', line: 7 })]);
  });
});

/**
 * Returns one body for every optional field of every request body in an OpenAPI document. Skips fields that allow null.
 */
function nullBodies(document: unknown): NullBody[] {
  return entries(at(document, 'paths')).flatMap(([path, operations]) =>
    entries(operations).flatMap(([method, operation]) => {
      const schema = resolved(document, at(operation, 'requestBody.content.application/json.schema'));
      const target = path.replace('{brand}', 'api').replace(/\{\w+\}/g, 'any');
      const named = entries(at(resolved(document, schema), 'properties')).some(([name]) => name === 'name')
        ? { name: 'fresh' }
        : {};
      return nullsOf(document, schema).map(([field, body]) => ({
        method,
        path: target,
        field,
        body: { ...named, ...body },
      }));
    }),
  );
}

/**
 * Returns one pair per optional field of a schema: the field's name in errors, and an object that contains only this
 * field, set to null. If the schema has several forms, returns the pairs of all forms.
 */
function nullsOf(document: unknown, schema: unknown): [string, object][] {
  const known = resolved(document, schema);
  const forms = at(known, 'oneOf');
  if (Array.isArray(forms)) return forms.flatMap((form) => nullsOf(document, form));
  const required = at(known, 'required');
  return entries(at(known, 'properties')).flatMap(([name, property]): [string, object][] => {
    const optional = !(Array.isArray(required) && required.includes(name));
    const own: [string, object][] = optional && !isNullable(property) ? [[name, { [name]: null }]] : [];
    const items = at(property, 'items');
    const below = nullsOf(document, items ?? property).map(([field, body]): [string, object] =>
      items === undefined ? [`${name}.${field}`, { [name]: body }] : [`${name}.0.${field}`, { [name]: [body] }],
    );
    return [...own, ...below];
  });
}

function resolved(document: unknown, schema: unknown): unknown {
  const alone = at(schema, 'allOf.0') ?? schema;
  const reference = at(alone, '$ref');
  if (typeof reference !== 'string') return alone;
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((found, key) => entries(found).find(([name]) => name === key)?.[1], document);
}

function isNullable(schema: unknown): boolean {
  return at(schema, 'nullable') === true;
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
