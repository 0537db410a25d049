/**
 * Process of the baseline *limit-born*: the process that stores an event delivers it from memory after the commit.
 * Without a framework: only the HTTP server of Node.js, pg and undici.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Batcher } from '../limit/batcher.mjs';
import { openPool, SCHEMA } from '../limit/database.mjs';
import { isEvent } from '../limit/is-event.mjs';
import { uuidv7 } from '../limit/time-ordered-id.mjs';
import { destinationsOf, isAuthentic, serve, settings } from '../support.mjs';
import { STORE_BORN } from './database.mjs';
import { Deliverer } from './deliverer.mjs';

const PATH = '/events/';
/** Default of Fastify, which the baseline *limit* uses. */
const KEEP_ALIVE_MS = 72_000;

const pool = openPool();
if (settings.isFirst) await pool.query(SCHEMA);
const deliverer = new Deliverer(pool);

const group = new Batcher(
  async (entries) => {
    const token = randomUUID();
    const events = entries.map((entry) => ({ id: uuidv7(), ...entry }));
    const deliveries = events.flatMap(({ id, brand, body }) =>
      destinationsOf(brand).map((destination) => ({
        id: uuidv7(),
        eventId: id,
        destination,
        payload: body,
        isReserved: deliverer.reserve(destination),
      })),
    );
    const reserved = deliveries.filter(({ isReserved }) => isReserved);
    try {
      await pool.query({ name: 'store-born', text: STORE_BORN, values: valuesOf(events, deliveries, token) });
    } catch (error) {
      // If only the answer of the commit was lost, the leases expire, and then the deliveries are claimed.
      for (const { destination } of reserved) deliverer.release(destination);
      throw error;
    }
    for (const { id, destination, payload } of reserved) {
      deliverer.deliver({ id, token, number: 1, destination, payload }).catch((error) => console.error(error));
    }
    return events.map(({ id }) => id);
  },
  { lingerMs: 2, maxBatch: 200, maxInFlight: 2 },
);

function valuesOf(events, deliveries, token) {
  const column = (name) => deliveries.map((delivery) => delivery[name]);
  return [
    events.map(({ id }) => id),
    events.map(({ brand }) => brand),
    events.map(({ body }) => body.eventName),
    events.map(({ json }) => json),
    column('id'),
    column('eventId'),
    column('destination'),
    column('isReserved'),
    token,
  ];
}

function textOf(request) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('error', reject);
  });
}

/** Resolves with the status and the JSON of the response to a call. */
async function respond(request) {
  if (request.method !== 'POST' || !request.url.startsWith(PATH)) return [404, { error: 'not found' }];
  if (!isAuthentic(request.headers['x-bench-token'])) return [401, { error: 'unauthorised' }];
  const json = await textOf(request);
  let body;
  try {
    body = JSON.parse(json);
  } catch {
    return [400, { error: 'not JSON' }];
  }
  if (!isEvent(body)) return [400, { error: 'not an event' }];
  const id = await group.add({ brand: request.url.slice(PATH.length), json, body });
  return [202, { id, status: 'accepted' }];
}

const server = createServer(async (request, response) => {
  const [status, answer] = await respond(request).catch((error) => {
    console.error(error);
    return [500, { error: 'not stored' }];
  });
  const json = JSON.stringify(answer);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) });
  response.end(json);
});
server.keepAliveTimeout = KEEP_ALIVE_MS;

void deliverer.deliverBacklog();
await new Promise((resolve) => server.listen(settings.port, '127.0.0.1', resolve));
serve();
