import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '@patchbay/plugin-sdk';
import { answer, defineSandbox, requestSchema, type SandboxAnswer, type SandboxRequest } from '@patchbay/testing';

/*
 * Medallia Experience Cloud. Tokens follow the page "Authentication". The Import, Introspection and Feed File APIs
 * follow Medallia's own OpenAPI file (medallia/public-api-swaggers, inbound.yaml 2.1.0). Further pages: "Import API
 * overview", "Introspection API", "API restrictions and limits". Medallia has two hosts, for which this sandbox has two
 * prefixes. Tokens come from the reporting instance, everything else comes from the API gateway.
 *
 * Medallia publishes no sample of one feed's introspection. We assume that "the input object" on the page
 * "Introspection API" means the schema `input`. Medallia documents neither refused tokens (this sandbox follows RFC
 * 6749 §5.2) nor the meaning of a 412. It does not document if the first `input_position` is 0 or 1; this sandbox begins
 * with 1, as the example in inbound.yaml may mean.
 */

const CLIENT = { username: 'sandbox-client', password: 'sandbox-client-secret-0001' };
const TENANT = 'acme';
const TOKEN_SECONDS = 3_600;
/** Payload limit of a concurrent feed, from "API restrictions and limits". */
const MAX_BYTES = 100_000_000;
const EMAIL = /^[^@\s]+@[^@\s]+$/;

/** Input properties of each feed of this tenant, and the property that identifies its records. */
const INPUTS = {
  event_id: 'Unique',
  event_type: 'What happened',
  event_date: 'ISO 8601',
  customer_id: 'Loyalty customer',
  email: 'Whom to invite',
  phone: 'E.164',
  locale: 'Language of the survey',
  store_code: 'Store',
  loyalty_program: 'Program',
  enrollment_source: 'Channel of enrollment',
  transaction_id: 'Transaction',
  bill_number: 'Bill',
  amount: 'Major units',
  currency: 'ISO 4217',
  points_issued: 'Points',
  points_balance: 'Points',
  points_redeemed: 'Points',
  redeemed_value: 'Major units',
  points_transferred: 'Points',
};
const UNIQUE = 'event_id';

/** Concurrent synchronous feeds have paths below /v1, other feeds below /v2/async ("Introspection API"). */
const FEEDS: Readonly<Record<string, { readonly path: string; readonly throttled?: boolean }>> = {
  loyalty_invitations: { path: '/inbound/v1/loyalty_invitations' },
  loyalty_invitations_queued: { path: '/inbound/v2/async/loyalty_invitations_queued' },
  crowded_invitations: { path: '/inbound/v1/crowded_invitations', throttled: true },
};
const QUEUED = { feed: 'loyalty_invitations_queued', mode: 'async' };

/** Body of "Import": one record or a list of records with text values. This tenant defines the property names. */
const RECORD = {
  type: 'object',
  required: [UNIQUE],
  properties: Object.fromEntries(Object.keys(INPUTS).map((name) => [name, { type: 'string', minLength: 1 }])),
  additionalProperties: false,
};
const recordProblems = requestSchema({
  $defs: { record: RECORD },
  anyOf: [{ $ref: '#/$defs/record' }, { type: 'array', minItems: 1, items: { $ref: '#/$defs/record' } }],
});

/** Returns the records of an import: the body is one record or a list of records. */
function recordsIn(request: SandboxRequest): readonly JsonObject[] {
  const body = request.rawBody.length === 0 ? null : request.json();
  return (Array.isArray(body) ? body : [body]).filter((one) => isJsonObject(one));
}

/** Returns an error in the schema `ErrorMessage`. */
function error(status: number, errorType: string, message: string): SandboxAnswer {
  return { status, body: { error_type: errorType, message } };
}

function noResource(name: string): SandboxAnswer {
  return error(404, 'not_found', `There is no resource named ${name}`);
}

/** Adds the headers that every response has: the smallest remaining quota, and the id of the request. */
function withHeaders(reply: SandboxAnswer, requestId: string): SandboxAnswer {
  const headers = {
    'x-ratelimit-limit': '1, 1;w=1, 1950000;w=86400',
    'x-ratelimit-remaining': reply.status === 429 ? '0' : '1',
    'x-ratelimit-reset': '1',
    'x-medallia-rpc-request-id': requestId,
  };
  return { ...reply, headers };
}

/**
 * Returns an OpenAPI document, from "Introspection API". The document of all feeds lists the feeds; the document of one
 * feed includes its input.
 */
function openApi(paths: JsonObject, components?: JsonObject): JsonObject {
  return {
    openapi: '3.0.1',
    info: { title: 'Import API', version: '1.0.0' },
    servers: [{ url: 'https://sandbox-acme.apis.medallia.com' }],
    paths,
    ...(components && { components }),
  };
}

function pathItem(feed: string): [path: string, item: JsonObject] {
  return [FEEDS[feed]?.path ?? '', { post: { summary: feed, description: 'Invitations from the loyalty platform' } }];
}

/** Outcome of one import. */
interface Processed {
  readonly records: readonly JsonObject[];
  /** Positions of the discarded records, from 0. */
  readonly discarded: readonly number[];
  readonly duplicated: number;
}

/** States of a queued import. Each request for the state advances it by one. */
const STATUSES = ['QUEUED', 'PROCESSING', 'COMPLETED_PENDING_RESULTS', 'COMPLETED_RESULTS_READY'];

/** Returns the state of a queued import in the schema `FeedFileSummary`. */
function summary(id: string, file: Processed, asked: number): JsonObject {
  const status = STATUSES[Math.min(asked, STATUSES.length - 1)] ?? 'ERROR';
  const records = {
    input_count: file.records.length,
    success_count: file.records.length - file.discarded.length,
    discarded_count: file.discarded.length,
    duplicated_count: file.duplicated,
  };
  const stats = { creation_date: new Date(0).toISOString(), processing_mode: 'ACTIVE', records };
  return { id, status, ...(status.startsWith('COMPLETED') && { stats }) };
}

/** Returns the results of a queued import for each record in the schema `DetailedResults`. */
function detailedResults({ records, discarded }: Processed): JsonObject {
  const isDiscarded = (index: number): boolean => discarded.includes(index);
  const successful = [...records.keys()].filter((index) => !isDiscarded(index));
  const result = {
    entity_name: 'record',
    successful_results: successful.map((index) => ({
      input_position: index + 1,
      result: 'Selected for sampling',
      has_duplicate_record_info: false,
      field_values: {},
    })),
    discarded_results: discarded.map((index) => ({
      input_position: index + 1,
      input_values: records[index] ?? {},
      issues: [
        {
          consequence: 'Record discarded',
          explanation: 'invalid value',
          detail: 'E-mail (email)',
          cause: 'Issues associated with email',
        },
      ],
    })),
  };
  return { processing_results: [result] };
}

/** Returns the recipient and the unique value of an invitation; undefined if the record is discarded. */
function invitation({ email, phone, [UNIQUE]: unique }: JsonObject): { to: string; unique: string } | undefined {
  if (typeof unique !== 'string' || (typeof email === 'string' && !EMAIL.test(email))) return undefined;
  const to = [email, phone].find((contact) => typeof contact === 'string');
  return to === undefined ? undefined : { to, unique };
}

export default defineSandbox({
  type: 'medallia-survey',
  label: 'Medallia',
  credentials: { clientId: CLIENT.username, clientSecret: CLIENT.password },
  wrongCredentials: { clientId: CLIENT.username, clientSecret: 'sandbox-client-secret-of-yesterday' },
  storedSettings: [{ tokenUrl: 'https://a.example/token', apiUrl: 'https://b.example', feed: 'loyalty', mode: 'sync' }],
  settings: (baseUrl) => ({
    tokenUrl: `${baseUrl}/reporting/oauth/${TENANT}/token`,
    apiUrl: `${baseUrl}/gateway`,
    feed: 'loyalty_invitations',
    mode: 'sync',
  }),
  message: {
    record: {
      event_type: 'pointsIssued',
      event_date: '2026-01-31T10:00:00.000Z',
      customer_id: '387979652',
      email: 'customer@example.com',
      phone: '+919000000001',
      points_issued: 100,
    },
  },

  start(frame) {
    const tokens = new Set<string>();
    const known = new Set<string>();
    const files = new Map<string, { readonly processed: Processed; asked: number }>();

    /** Imports records. A repeated record is an update and sends no second invitation. */
    const importAll = (
      feed: string,
      records: readonly JsonObject[],
      id: string,
      request: SandboxRequest,
    ): Processed => {
      let duplicated = 0;
      const discarded: number[] = [];
      for (const [index, record] of records.entries()) {
        const invited = invitation(record);
        const key = `${feed} ${invited?.unique ?? ''}`;
        if (invited === undefined) discarded.push(index);
        else if (known.has(key)) duplicated += 1;
        else {
          known.add(key);
          const subject = typeof record.event_type === 'string' ? record.event_type : feed;
          const externalId = records.length === 1 ? id : `${id}#${String(index)}`;
          const entry = { to: invited.to, subject, text: JSON.stringify(record), externalId, status: 'imported' };
          frame.receive(entry, request);
        }
      }
      return { records, discarded, duplicated };
    };

    const gateway = (
      name: string,
      method: string,
      path: string,
      handle: (request: SandboxRequest, requestId: string) => SandboxAnswer,
    ) => ({
      name,
      method,
      path: `/gateway${path}`,
      sends: method === 'POST',
      handle: (request: SandboxRequest) => {
        const requestId = randomUUID();
        const mayAsk = tokens.has(request.bearer() ?? '');
        return withHeaders(mayAsk ? handle(request, requestId) : { status: 401 }, requestId);
      },
    });

    /** Handles "Import" for both modes: returns errors, and records violations of the documentation. */
    const importing = (
      name: string,
      path: string,
      take: (feed: string, records: readonly JsonObject[], requestId: string, request: SandboxRequest) => SandboxAnswer,
    ) =>
      gateway(name, 'POST', path, (request, requestId) => {
        const feed = request.params.feed ?? '';
        if (FEEDS[feed] === undefined) return noResource(feed);
        if (FEEDS[feed].throttled) return { status: 429, body: { message: 'API rate limit exceeded' } };
        if (request.rawBody.length > MAX_BYTES) return { status: 413 };
        const body = request.json();
        if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
          frame.violation('The content type must be application/json.');
        for (const problem of recordProblems(body)) frame.violation(`${feed}: ${problem}`);
        return take(feed, recordsIn(request), requestId, request);
      });

    return [
      {
        name: 'token',
        method: 'POST',
        path: '/reporting/oauth/:tenant/token',
        handle(request) {
          const login = request.basic();
          if (request.params.tenant !== TENANT) return { status: 404, body: '<html>Not found</html>' };
          if (!/^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '')) {
            frame.violation('The token request must be a form.');
          }
          if (login?.username !== CLIENT.username || login.password !== CLIENT.password) {
            return { status: 401, headers: { 'www-authenticate': 'Basic' }, body: { error: 'invalid_client' } };
          }
          if (request.form().get('grant_type') !== 'client_credentials') {
            return { status: 400, body: { error: 'unsupported_grant_type' } };
          }
          const token = randomUUID().replaceAll('-', '');
          tokens.add(token);
          return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS } };
        },
      },
      gateway('feeds', 'GET', '/inbound/v2', () => ({
        status: 200,
        body: openApi(Object.fromEntries(Object.keys(FEEDS).map(pathItem))),
      })),
      gateway('feed', 'GET', '/inbound/v2/:feed', ({ params: { feed = '' } }) => {
        if (FEEDS[feed] === undefined) return noResource(feed);
        const properties = Object.fromEntries(
          Object.entries(INPUTS).map(([name, description]) => [name, { type: 'string', description }]),
        );
        const paths = Object.fromEntries([pathItem(feed)]);
        return { status: 200, body: openApi(paths, { schemas: { input: { type: 'object', properties } } }) };
      }),
      importing('import', '/inbound/v1/:feed', (feed, records, requestId, request) => {
        const { duplicated, discarded } = importAll(feed, records, requestId, request);
        // Returns the response of a queued feed: "Processed asynchronously".
        if (!FEEDS[feed]?.path.startsWith('/inbound/v1/')) return { status: 202 };
        return {
          status: 200,
          body: {
            records: records.length - discarded.length,
            duplicates: duplicated,
            rejects: discarded.length,
          },
        };
      }),
      importing('importQueued', '/inbound/v2/async/:feed', (feed, records, _requestId, request) => {
        if (!FEEDS[feed]?.path.startsWith('/inbound/v2/async/')) {
          return error(405, 'not_allowed', 'The feed resource configuration is not compatible with this API resource.');
        }
        const id = randomUUID();
        files.set(id, { processed: importAll(feed, records, id, request), asked: 0 });
        return { status: 202, body: { feed_file_id: id } };
      }),
      gateway('feedFile', 'GET', '/inbound/v2/feedfiles/:id', ({ params: { id = '' } }) => {
        const file = files.get(id);
        return file ? { status: 200, body: summary(id, file.processed, file.asked++) } : noResource(id);
      }),
      gateway('detailedResults', 'GET', '/inbound/v2/feedfiles/:id/detailed-results', ({ params: { id = '' } }) => {
        const file = files.get(id);
        if (file === undefined) return noResource(id);
        if (file.asked >= STATUSES.length) return { status: 200, body: detailedResults(file.processed) };
        return error(400, 'bad_request', 'The detailed results are not ready.');
      }),
    ];
  },

  errors: [
    {
      name: '200 that counts the record as rejected: an invalid address',
      message: { record: { email: 'nobody' } },
      expected: { kind: 'rejected', status: 200 },
    },
    {
      name: '404 the feed does not exist or is inactive',
      settings: { feed: 'no_such_feed' },
      expected: { kind: 'credentials', status: 404, vendorCode: 'not_found' },
    },
    {
      name: '404 of an asynchronous import',
      settings: { ...QUEUED, feed: 'no_such_feed' },
      expected: { kind: 'credentials', status: 404, vendorCode: 'not_found' },
    },
    {
      name: '405 the feed is not set up for asynchronous imports',
      settings: { ...QUEUED, feed: 'loyalty_invitations' },
      expected: { kind: 'credentials', status: 405, vendorCode: 'not_allowed' },
    },
    {
      name: '401 an unknown client',
      credentials: { clientSecret: 'sandbox-client-secret-of-yesterday' },
      expected: { kind: 'credentials', status: 401 },
    },
    {
      name: '403 the role of the client may not import',
      behaviour: answer(403),
      expected: { kind: 'credentials', status: 403 },
    },
    {
      name: '429 over the limit, with the reset in seconds and no Retry-After',
      settings: { feed: 'crowded_invitations' },
      expected: { kind: 'throttled', status: 429, retryAfterMs: 1_000 },
    },
    { name: '400', behaviour: answer(400), expected: { kind: 'rejected', status: 400 } },
    { name: '412 precondition failed', behaviour: answer(412), expected: { kind: 'rejected', status: 412 } },
    { name: '413 payload too large', behaviour: answer(413), expected: { kind: 'rejected', status: 413 } },
    { name: '500', behaviour: answer(500, '<html>oops</html>'), expected: { kind: 'transient', status: 500 } },
    {
      name: '503 with a Retry-After',
      behaviour: answer(503, '', { 'retry-after': '30' }),
      expected: { kind: 'transient', status: 503, retryAfterMs: 30_000 },
    },
  ],

  batch: {
    settings: () => ({ batch: { size: 3, within: 0 } }),
    count: (request) => (request.path.startsWith('/gateway/inbound/') ? recordsIn(request).length : 0),
    // The answer to a concurrent feed does not name the discarded records, so Medallia refuses none by itself.
    refused: { message: { record: { emial: 'customer@example.com' } }, expected: { kind: 'mapping' } },
  },

  polls: { route: 'feedFile', settings: QUEUED, refused: { record: { email: 'nobody' } } },

  idempotencyKey: (request) => {
    const unique = request.jsonObject()?.[UNIQUE];
    return request.path.startsWith('/gateway/inbound/') && typeof unique === 'string' ? unique : undefined;
  },
});

/** Input fields of a feed of this tenant, and the settings for the queued feed, for the plugin's specs. */
export const SANDBOX = { inputs: Object.keys(INPUTS), queued: QUEUED } as const;
