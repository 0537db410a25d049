/**
 * API process of the baseline *limit*: the minimal pipeline with group commit, and with several wake-ups merged into
 * one.
 */
import { randomFillSync } from 'node:crypto';
import Ajv from 'ajv';
import fastify from 'fastify';
import { destinationsOf, isAuthentic, serve, settings } from '../support.mjs';
import { Batcher } from './batcher.mjs';
import { openPool, SCHEMA, STORE_GROUP } from './database.mjs';
import { WakeUps } from './wake-ups.mjs';

const isEvent = new Ajv().compile({
  type: 'object',
  required: ['eventName', 'eventId', 'data'],
  properties: {
    eventName: { type: 'string', minLength: 1, maxLength: 200 },
    eventId: { type: 'string', minLength: 1, maxLength: 200 },
    data: {
      type: 'object',
      required: ['customerIdentifiers'],
      properties: { customerIdentifiers: { type: 'object', required: ['customerId'] } },
    },
  },
});

/** Creates UUIDs in time order, so that new index entries are adjacent. */
function uuidv7() {
  const bytes = randomFillSync(Buffer.allocUnsafe(16));
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = bytes.hexSlice();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const pool = openPool();
await pool.query(SCHEMA);
const wakeUps = new WakeUps();

const group = new Batcher(
  async (entries) => {
    const ids = [];
    const deliveryIds = [];
    const eventIds = [];
    const destinations = [];
    for (const { brand } of entries) {
      const id = uuidv7();
      ids.push(id);
      for (const destination of destinationsOf(brand)) {
        deliveryIds.push(uuidv7());
        eventIds.push(id);
        destinations.push(destination);
      }
    }
    const brands = entries.map(({ brand }) => brand);
    const types = entries.map(({ body }) => body.eventName);
    const payloads = entries.map(({ body }) => JSON.stringify(body));
    const values = [ids, brands, types, payloads, deliveryIds, eventIds, destinations];
    await pool.query({ name: 'store-group', text: STORE_GROUP, values });
    for (const destination of destinations) wakeUps.wake(destination);
    return ids;
  },
  { lingerMs: 2, maxBatch: 200, maxInFlight: 2 },
);

const server = fastify();
server.post('/events/:brand', async (request, reply) => {
  if (!isAuthentic(request.headers['x-bench-token'])) return reply.code(401).send({ error: 'unauthorised' });
  if (!isEvent(request.body)) return reply.code(400).send({ error: 'not an event' });
  const id = await group.add({ brand: request.params.brand, body: request.body });
  return reply.code(202).send({ id, status: 'accepted' });
});

await wakeUps.ready();
await server.listen({ port: settings.port, host: '127.0.0.1' });
serve();
