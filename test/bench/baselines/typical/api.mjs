/** API process of the baseline *typical*. Uses Express, TypeORM's `save` and one job per delivery. */
import { Queue } from 'bullmq';
import express from 'express';
import { destinationsOf, isAuthentic, serve, settings } from '../support.mjs';
import { connect, Event } from './entities.mjs';

const JOB = { attempts: 8, backoff: { type: 'exponential', delay: 5_000 }, removeOnComplete: true };

const database = await connect(true);
const events = database.getRepository(Event);
const queue = new Queue('deliveries', { connection: { url: settings.redisUrl } });

const app = express();
app.use(express.json());
app.use((request, response, next) => {
  if (isAuthentic(request.get('x-bench-token'))) next();
  else response.status(401).json({ error: 'unauthorised' });
});
app.post('/events/:brand', async (request, response) => {
  const { brand } = request.params;
  const event = await events.save({
    eventId: request.body.eventId,
    brand,
    type: request.body.eventName,
    payload: request.body,
    deliveries: destinationsOf(brand).map((destination) => ({ destination, status: 'pending', attempts: 0 })),
  });
  await queue.addBulk(event.deliveries.map(({ id }) => ({ name: 'deliver', data: { deliveryId: id }, opts: JOB })));
  response.status(202).json({ id: event.id, status: 'accepted' });
});

await queue.waitUntilReady();
// Keeps idle connections longer than the caller keeps them, as a server behind a load balancer must.
app.listen(settings.port, '127.0.0.1', serve).keepAliveTimeout = 72_000;
