import { at, type Answer, type TestHub } from './test-hub.js';

/** Route of the admin API, such as `/v1/brands/:brand`. */
export interface Route {
  readonly method: string;
  readonly path: string;
}

/** Routes of streams, which never end. live.e2e-spec.ts tests their access. */
const STREAMS = ['GET /v1/brands/:brand/live'];
const PUBLIC = ['/health/live', '/health/ready', '/v1/callbacks/', '/v1/ingest/'];
/** Routes that need no key, or whose key is in the body. */
const PUBLIC_ROUTES = [
  'GET /',
  'GET /status',
  'GET /console',
  'GET /console/*',
  'POST /v1/session',
  'GET /oauth/callback',
  'GET /v1/sign-in',
  'GET /v1/sign-in/start',
  'GET /v1/sign-in/callback',
  'GET /v1/sign-in/end',
];

/** Reads all registered routes from the log of NestJS, except routes that need no key and streams. */
export function adminRoutes(hub: TestHub): Route[] {
  return hub.log
    .map((line) => /Mapped \{([^,]+), (\w+)\} route/.exec(line))
    .flatMap((found) => (found === null ? [] : [{ path: found[1] ?? '', method: found[2] ?? '' }]))
    .filter(
      ({ method, path }) =>
        ![...PUBLIC_ROUTES, ...STREAMS].includes(`${method} ${path}`) && !PUBLIC.some((one) => path.startsWith(one)),
    );
}

/** API key that was created for a test. */
export interface MadeKey {
  readonly id: string;
  readonly name: string;
  readonly key: string;
}

let made = 0;

/** Creates an API key with the bootstrap key. */
export async function makeKey(hub: TestHub, wanted: Readonly<Record<string, unknown>>): Promise<MadeKey> {
  const name = `key-${(made += 1)}`;
  const { status, text, body } = await hub.admin('POST', '/v1/keys', { name, ...wanted });
  if (status !== 201) throw new Error(`The hub did not create the API key. It answered: ${text}`);
  return { id: String(at(body, 'id')), name: String(at(body, 'name')), key: String(at(body, 'key')) };
}

/** Calls the admin API with the given key. */
export async function callAs(hub: TestHub, key: string, method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${hub.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
