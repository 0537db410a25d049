/** API process of the baseline *naive*. Uses Express, one insert per event and one job per delivery. */
import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import express from 'express';
import pg from 'pg';
import { destinationsOf, isAuthentic, serve, settings } from '../support.mjs';

const JOB = { attempts: 8, backoff: { type: 'exponential', delay: 5_000 }, removeOnComplete: true };
const SCHEMA = `
  CREATE TABLE events (id uuid PRIMARY KEY, event_id text NOT NULL UNIQUE, brand text NOT NULL, type text NOT NULL,
    payload jsonb NOT NULL, received_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE deliveries (id uuid PRIMARY KEY, event_id uuid NOT NULL, destination text NOT NULL,
    status text NOT NULL DEFAULT 'pending', attempts int NOT NULL DEFAULT 0);
  CREATE INDEX ON deliveries (event_id);
  CREATE TABLE attempts (id bigserial PRIMARY KEY, delivery_id uuid NOT NULL, number int NOT NULL, status int NOT NULL,
    duration_ms real NOT NULL, at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON attempts (delivery_id);
`;
const INSERT = {
  name: 'insert-event',
  text: `
    WITH event AS (INSERT INTO events (id, event_id, brand, type, payload) VALUES ($1, $2, $3, $4, $5))
    INSERT INTO deliveries (id, event_id, destination) SELECT t.id, $1, t.destination
    FROM unnest($6::uuid[], $7::text[]) AS t (id, destination)`,
};

const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 20 });
await pool.query(SCHEMA);
const queue = new Queue('deliveries', { connection: { url: settings.redisUrl } });

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(express.json());
app.post('/events/:brand', async (request, response) => {
  if (!isAuthentic(request.get('x-bench-token'))) {
    response.status(401).json({ error: 'unauthorised' });
    return;
  }
  const { body } = request;
  const { brand } = request.params;
  const id = randomUUID();
  const destinations = destinationsOf(brand);
  const ids = destinations.map(() => randomUUID());
  await pool.query({
    ...INSERT,
    values: [id, body.eventId, brand, body.eventName, JSON.stringify(body), ids, destinations],
  });
  await queue.addBulk(ids.map((deliveryId) => ({ name: 'deliver', data: { deliveryId }, opts: JOB })));
  response.status(202).json({ id, status: 'accepted' });
});

await queue.waitUntilReady();
// Keeps idle connections longer than the caller keeps them, as a server behind a load balancer must.
app.listen(settings.port, '127.0.0.1', serve).keepAliveTimeout = 72_000;
