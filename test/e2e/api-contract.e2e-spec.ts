import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { ADMIN_KEY, at, call, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const BRAND = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
  orders:
    adapter: file
    files: { format: csv, event: { type: orderPlaced, id: "{{ row.order }}", data: { order: "{{ row.order }}" } } }
destinations:
  crm: { type: webhook, credentials: { bearer: "\${env:ACME_TOKEN}" }, settings: { url: "\${env:CRM}" } }
subscriptions:
  points: { source: capillary, events: [pointsIssued], destination: crm, mapping: { body: { points: "{{ data.totalPointsIssued }}" } } }
`;

/** Operations whose request gets an error here, because their success needs a vendor that other specs provide. */
const WITHOUT_SUCCESS: readonly string[] = [
  'verifyLookup',
  'resumeLookup',
  'verifyCapillary',
  'registerCapillary',
  'reconcileCapillary',
  'unregisterCapillary',
  'getLogCheck',
  'cancelLogCheck',
  'connectDestination',
  'disconnectDestination',
  'rotateCallback',
  'choicesDestination',
  // The hub has no identity provider, so nobody has signed in.
  'removePerson',
  'restorePerson',
  // The hub has no other master key.
  'rotateMasterKey',
  // The delivery has ended before the request.
  'cancelDelivery',
  // Only browsers with a cookie have a session, which session.e2e-spec.ts tests.
  'endSession',
];

const UNKNOWN_ID = '019aa000-0000-7000-8000-000000000000';

interface Media {
  readonly schema: object;
}
interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, Media>>;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
  readonly needsKey: boolean;
}
interface Call {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface RawOperation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Operation['body'] };
  readonly responses: Operation['responses'];
  readonly security?: readonly unknown[];
}
const document = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: object;
};
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { operationId, requestBody, responses, security }]): Operation => ({
    id: operationId,
    method: method.toUpperCase(),
    path,
    body: requestBody?.content ?? {},
    responses,
    needsKey: security !== undefined,
  })),
);

/** Converts a schema of OpenAPI 3.0 to JSON Schema, which writes `nullable` and exclusive limits in another way. */
function jsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...schema } = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, jsonSchema(one)]));
  for (const [flag, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof schema[flag] !== 'boolean') continue;
    if (schema[flag]) {
      schema[flag] = schema[limit];
      delete schema[limit];
    } else delete schema[flag];
  }
  return nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
}

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: 'openapi', components: jsonSchema(document.components) });

/** Returns the errors of a value against a schema of the document. */
function errorsOf(schema: object, value: unknown): readonly string[] {
  const text = JSON.stringify(jsonSchema(schema)).replaceAll('"#/', '"openapi#/');
  const validate: ValidateFunction = ajv.compile(JSON.parse(text) as object);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}

/** Returns what is wrong with a response: a status or a body that the document does not describe. */
function contractErrors({ responses }: Operation, { status, headers, body, text }: Answer): readonly string[] {
  const response = responses[status];
  if (response === undefined) return [`the status ${status} is not in the document: ${text.slice(0, 300)}`];
  const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
  const media = response.content?.[type];
  if (media === undefined) return text === '' ? [] : [`the type ${type} is not in the document for ${status}`];
  return errorsOf(media.schema, type.endsWith('json') ? body : text);
}

describe('the API, compared with docs/openapi.json', () => {
  let receiver: Receiver;
  let hub: TestHub;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({ brands: { acme: BRAND }, env: { ACME_TOKEN, CRM: receiver.url } });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  /** Sends a request of an operation. A stream is ended after its headers. */
  async function send({ method, path, id, needsKey }: Operation, given: Call, key = ADMIN_KEY): Promise<Answer> {
    const names = { brand: 'acme', source: 'orders', name: 'crm', ...given.path };
    const url = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
      encodeURIComponent(Object.entries(names).find(([one]) => one === name)?.[1] ?? 'unknown'),
    );
    const authorization: Record<string, string> = needsKey ? { authorization: `Bearer ${key}` } : {};
    const headers = { ...authorization, ...given.headers };
    const target = `${hub.url}${url}${given.query ?? ''}`;
    if (id !== 'streamLiveNotices' || key !== ADMIN_KEY || given.query !== undefined)
      return call(target, method, given.body, headers);
    const aborted = new AbortController();
    const response = await fetch(target, { headers, signal: aborted.signal });
    aborted.abort();
    return { status: response.status, headers: response.headers, text: '', body: undefined };
  }

  const event = (eventId: string): object => pointsIssued(eventId);
  const made = { brand: 'made' };
  const file = Buffer.from('order\n1\n');

  const hasSucceeded = async (): Promise<boolean> => {
    const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries/${ids['delivery'] ?? ''}`);
    return at(body, 'status') === 'succeeded';
  };

  /** One valid request per operation, in an order in which each finds what it needs. */
  const CALLS: readonly (readonly [id: string, given: () => Call, remember?: (answer: Answer) => unknown])[] = [
    ['checkLive', () => ({})],
    ['checkReady', () => ({})],
    ['getMetrics', () => ({})],
    [
      'ingestEvents',
      () => ({ path: { source: 'capillary' }, headers: ACME_AUTH, body: event('contract-1') }),
      ({ body }) => (ids['event'] = String(at(body, 'events.0.id'))),
    ],
    ['putEvents', () => ({ path: { source: 'capillary' }, headers: ACME_AUTH, body: [event('contract-2')] })],
    ['listDestinationTypes', () => ({})],
    ['getDestinationType', () => ({ path: { type: 'webhook' } })],
    ['listEventTypes', () => ({})],
    ['listTemplateFilters', () => ({})],
    ['listBrands', () => ({})],
    ['getBrand', () => ({})],
    ['createBrand', () => ({ body: { name: 'made', timezone: 'UTC' } })],
    ['changeBrand', () => ({ path: made, body: { retention: '90d' } })],
    [
      'createSource',
      () => ({ path: made, body: { name: 'shop', adapter: 'json', auth: { bearer: ['invented-token'] } } }),
    ],
    ['changeSource', () => ({ path: { ...made, name: 'shop' }, body: { paths: { type: 'kind' } } })],
    ['getSource', () => ({ path: { name: 'orders' } })],
    ['listSources', () => ({})],
    [
      'createDestination',
      () => ({
        path: made,
        body: { name: 'hook', type: 'webhook', credentials: { bearer: 'invented' }, settings: { url: receiver.url } },
      }),
    ],
    ['changeDestination', () => ({ path: { ...made, name: 'hook' }, body: { limits: { ratePerSecond: 5 } } })],
    ['listDestinations', () => ({})],
    ['getDestination', () => ({})],
    ['verifyDestination', () => ({})],
    ['choicesDestination', () => ({ path: { field: 'nothing' } })],
    ['pauseDestination', () => ({ path: { ...made, name: 'hook' }, body: { reason: 'the vendor is being moved' } })],
    ['resumeDestination', () => ({ path: { ...made, name: 'hook' } })],
    ['rotateCallback', () => ({})],
    ['connectDestination', () => ({})],
    ['disconnectDestination', () => ({})],
    [
      'createSubscription',
      () => ({
        path: made,
        body: {
          name: 'all',
          source: 'shop',
          events: ['*'],
          destination: 'hook',
          mapping: { body: { type: '{{ event.type }}' } },
        },
      }),
    ],
    ['changeSubscription', () => ({ path: { ...made, name: 'all' }, body: { events: ['ordered'] } })],
    ['listSubscriptions', () => ({})],
    ['getSubscription', () => ({ path: { name: 'points' } })],
    ['listSubscriptionVersions', () => ({ path: { ...made, name: 'all' } })],
    ['getSubscriptionVersion', () => ({ path: { ...made, name: 'all', version: '1' } })],
    ['compareSubscriptionVersions', () => ({ path: { ...made, name: 'all', version: '1' } })],
    ['restoreSubscription', () => ({ path: { ...made, name: 'all', version: '1' } })],
    ['exportBrand', () => ({})],
    [
      'apply',
      () => ({
        body: { files: [{ file: 'applied.yaml', content: { brand: 'applied', timezone: 'UTC' } }], dryRun: true },
      }),
    ],
    ['listLookups', () => ({})],
    ['verifyLookup', () => ({ path: { lookup: 'recipients.resolver' } })],
    ['resumeLookup', () => ({ path: { lookup: 'recipients.resolver' } })],
    ['getCapillary', () => ({})],
    ['verifyCapillary', () => ({})],
    ['registerCapillary', () => ({ body: { dryRun: true } })],
    ['checkCapillary', () => ({})],
    ['reconcileCapillary', () => ({ body: {} })],
    ['listCapillaryDays', () => ({})],
    ['unregisterCapillary', () => ({})],
    ['listLogChecks', () => ({})],
    ['getLogCheck', () => ({ path: { id: UNKNOWN_ID } })],
    ['cancelLogCheck', () => ({ path: { id: UNKNOWN_ID } })],
    [
      'createImport',
      () => ({
        body: {
          fileName: 'orders.csv',
          sizeBytes: file.length,
          sha256: createHash('sha256').update(file).digest('hex'),
        },
      }),
      ({ body }) => (ids['import'] = String(at(body, 'id'))),
    ],
    ['listImports', () => ({})],
    ['getImport', () => ({ path: { id: ids['import'] ?? '' } })],
    [
      'appendImport',
      () => ({
        path: { id: ids['import'] ?? '' },
        body: file,
        headers: { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      }),
    ],
    ['cancelImport', () => ({ path: { id: ids['import'] ?? '' } })],
    ['listEvents', () => ({})],
    [
      'getEvent',
      () => ({ path: { id: ids['event'] ?? '' } }),
      ({ body }) => (ids['delivery'] = String(deliveryOf(body))),
    ],
    ['listSeenEventTypes', () => ({})],
    ['getCustomerTimeline', () => ({ path: { id: '700100200' } })],
    ['listDeliveries', () => ({})],
    [
      'getDelivery',
      () => ({ path: { id: ids['delivery'] ?? '' } }),
      () => until(hasSucceeded, { what: 'the delivery to succeed' }),
    ],
    ['redeliver', () => ({ path: { id: ids['delivery'] ?? '' }, query: '?force=true' })],
    ['cancelDelivery', () => ({ path: { id: ids['delivery'] ?? '' } })],
    ['redeliverMany', () => ({ body: { ids: [ids['delivery']], dryRun: true } })],
    ['listFailures', () => ({})],
    ['lookUpId', () => ({ query: '?id=contract-1' })],
    [
      'requestReplay',
      () => ({ body: { filter: { subscription: 'points', from: '2026-01-01', to: '2026-01-02' } } }),
      ({ body }) => (ids['replay'] = String(at(body, 'replay.id'))),
    ],
    ['listReplays', () => ({})],
    ['getReplay', () => ({ path: { id: ids['replay'] ?? '' } })],
    ['cancelReplay', () => ({ path: { id: ids['replay'] ?? '' } })],
    ['preview', () => ({ body: { subscription: 'points', event: event('contract-3') } })],
    ['tryDraft', () => ({ body: { draft: { name: 'all', source: 'capillary', events: ['*'], destination: 'crm' } } })],
    ['sendTest', () => ({ body: { event: event('contract-4'), subscription: 'points', recipient: {} } })],
    ['getStats', () => ({})],
    ['getSeries', () => ({})],
    ['getSubscriptionCounts', () => ({})],
    ['getDiagnosis', () => ({})],
    ['getSchema', () => ({})],
    ['contractSchema', () => ({})],
    ['streamLiveNotices', () => ({})],
    ['addSuppressions', () => ({ body: { suppressions: [{ kind: 'email', address: 'kim@example.com' }] } })],
    ['listSuppressions', () => ({}), ({ body }) => (ids['suppression'] = String(at(body, 'data.0.id')))],
    ['getSuppression', () => ({ path: { id: ids['suppression'] ?? '' } })],
    ['removeSuppression', () => ({ path: { id: ids['suppression'] ?? '' } })],
    [
      'createKey',
      () => ({ body: { name: 'contract', role: 'viewer' } }),
      ({ body }) => Object.assign(ids, { key: at(body, 'id'), secret: at(body, 'key') }),
    ],
    ['listKeys', () => ({})],
    ['listPeople', () => ({})],
    ['restorePerson', () => ({ path: { id: UNKNOWN_ID } })],
    ['removePerson', () => ({ path: { id: UNKNOWN_ID }, query: '?erase=true' })],
    ['readMe', () => ({})],
    ['createSession', () => ({ body: { key: ids['secret'] }, headers: { origin: hub.url } })],
    ['endSession', () => ({})],
    ['createSignInLink', () => ({})],
    ['getSignInOptions', () => ({})],
    ['revokeKey', () => ({ path: { id: ids['key'] ?? '' } })],
    ['rotateMasterKey', () => ({})],
    [
      'forgetCustomer',
      () => ({ path: { customerId: '700100200' } }),
      ({ body }) => (ids['erasure'] = String(at(body, 'id'))),
    ],
    ['listErasures', () => ({})],
    ['getErasure', () => ({ path: { id: ids['erasure'] ?? '' } })],
    ['listAuditEntries', () => ({})],
    ['deleteSubscription', () => ({ path: { ...made, name: 'all' } })],
    ['deleteDestination', () => ({ path: { ...made, name: 'hook' } })],
    ['deleteSource', () => ({ path: { ...made, name: 'shop' } })],
    ['deleteBrand', () => ({ path: made })],
  ];

  it(
    'answers one valid request per operation as the document says',
    async () => {
      const failures: string[] = [];
      const unsuccessful: string[] = [];
      for (const [id, given, remember] of CALLS) {
        const operation = operations.find((one) => one.id === id);
        if (operation === undefined) throw new Error(`The document has no operation ${id}. Remove its call.`);
        const request = given();
        const media = operation.body['application/json'];
        if (media !== undefined)
          failures.push(...errorsOf(media.schema, request.body).map((error) => `${id} sends ${error}`));
        const answer = await send(operation, request);
        failures.push(...contractErrors(operation, answer).map((error) => `${id} ${answer.status}: ${error}`));
        if (answer.status >= 300) unsuccessful.push(id);
        const isExpected = WITHOUT_SUCCESS.includes(id) === answer.status >= 300;
        if (!isExpected) failures.push(`${id} got ${answer.status}: ${answer.text.slice(0, 300)}`);
        await remember?.(answer);
      }
      const called = CALLS.map(([id]) => id);
      process.stdout.write(
        `${called.length} of ${operations.length} operations called, ${called.length - unsuccessful.length} with success\n`,
      );
      expect(failures).toEqual([]);
      expect(called.toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'refuses one request per operation as the document says',
    async () => {
      const failures: string[] = [];
      for (const operation of operations.filter(({ needsKey }) => needsKey)) {
        const answer = await send(operation, {}, 'pbk_wrong');
        const errors = contractErrors(operation, answer);
        if (answer.status !== 401 || errors.length > 0)
          failures.push(`${operation.id} ${answer.status}: ${errors.join()}`);
      }
      for (const id of ['ingestEvents', 'putEvents', 'createSession']) {
        const operation = operations.find((one) => one.id === id);
        if (operation === undefined) throw new Error(`The document has no operation ${id}.`);
        const answer = await send(operation, { body: { key: 'pbk_wrong' }, headers: { origin: hub.url } });
        const errors = contractErrors(operation, answer);
        if (answer.status !== 401 || errors.length > 0) failures.push(`${id} ${answer.status}: ${errors.join()}`);
      }
      expect(failures).toEqual([]);
    },
    SERVICE_TIMEOUT_MS,
  );

  it('detects a response that the document does not describe', () => {
    const operation = operations.find(({ id }) => id === 'getEvent');
    if (operation === undefined) throw new Error('The document has no operation getEvent.');
    const answer = { headers: new Headers({ 'content-type': 'application/json' }), text: '{}', body: {} };
    expect(contractErrors(operation, { ...answer, status: 200 })).toContain(" must have required property 'id'");
    expect(contractErrors(operation, { ...answer, status: 418 })).toHaveLength(1);
  });
});

/** Returns the id of the delivery of the first subscription of an event. */
function deliveryOf(event: unknown): unknown {
  return at(event, 'subscriptions.0.delivery.id');
}
