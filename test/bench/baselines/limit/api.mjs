/**
 * API process of the baseline *limit*: the minimal pipeline with group commit, and with several wake-ups merged into
 * one.
 */
import fastify from 'fastify';
import { destinationsOf, isAuthentic, serve, settings } from '../support.mjs';
import { Batcher } from './batcher.mjs';
import { openPool, SCHEMA, STORE_GROUP } from './database.mjs';
import { isEvent } from './is-event.mjs';
import { uuidv7 } from './time-ordered-id.mjs';
import { WakeUps } from './wake-ups.mjs';

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
