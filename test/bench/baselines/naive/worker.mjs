/**
 * Worker of the baseline *naive*. Runs one job per delivery: one SELECT, one call of the receiver, and one statement
 * for the outcome.
 */
import { Worker } from 'bullmq';
import pg from 'pg';
import { Agent, request } from 'undici';
import { MESSAGE_TEMPLATE } from '../../workload/message.mjs';
import { compileTexts } from '../liquid-texts.mjs';
import { scopeOf, serve, settings, urlOf } from '../support.mjs';

const SELECT = {
  name: 'select-delivery',
  text:
    'SELECT d.destination, d.attempts, e.payload FROM deliveries d JOIN events e ON e.id = d.event_id WHERE ' +
    'd.id = $1',
};
const OUTCOME = {
  name: 'outcome',
  text: `
    WITH delivery AS (UPDATE deliveries SET status = $2, attempts = $3 WHERE id = $1)
    INSERT INTO attempts (delivery_id, number, status, duration_ms) VALUES ($1, $3, $4, $5)`,
};

const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 20 });
const dispatcher = new Agent({ headersTimeout: 15_000 });
const render = compileTexts(MESSAGE_TEMPLATE);

async function deliver({ data: { deliveryId } }) {
  const { rows } = await pool.query({ ...SELECT, values: [deliveryId] });
  const [{ destination, attempts, payload }] = rows;
  const begun = performance.now();
  const { statusCode, body } = await request(urlOf(destination), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(render(scopeOf(payload))),
    dispatcher,
  });
  await body.dump();
  const status = statusCode < 300 ? 'succeeded' : 'failed';
  const values = [deliveryId, status, attempts + 1, statusCode, performance.now() - begun];
  await pool.query({ ...OUTCOME, values });
  if (status === 'failed') throw new Error(`The sink answered ${statusCode}, so the job failed and BullMQ retries it.`);
}

const worker = new Worker('deliveries', deliver, {
  connection: { url: settings.redisUrl, maxRetriesPerRequest: null },
  concurrency: 50,
});
worker.on('error', (error) => console.error(error));
worker.on('failed', (_job, error) => console.error(error));
await worker.waitUntilReady();
serve();
