/** Worker of the baseline *typical*. Runs one job per delivery: loads and saves with TypeORM, and sends with axios. */
import axios from 'axios';
import { Worker } from 'bullmq';
import { MESSAGE_TEMPLATE } from '../../workload/message.mjs';
import { compileTexts } from '../liquid-texts.mjs';
import { scopeOf, serve, settings, urlOf } from '../support.mjs';
import { Attempt, connect, Delivery } from './entities.mjs';

const database = await connect(false);
const deliveries = database.getRepository(Delivery);
const attempts = database.getRepository(Attempt);
const render = compileTexts(MESSAGE_TEMPLATE);

async function deliver(job) {
  const delivery = await deliveries.findOne({ where: { id: job.data.deliveryId }, relations: { event: true } });
  const message = render(scopeOf(delivery.event.payload));
  delivery.attempts += 1;
  const begun = performance.now();
  const { status } = await axios.post(urlOf(delivery.destination), message, {
    timeout: 15_000,
    validateStatus: () => true,
  });
  await attempts.save({
    deliveryId: delivery.id,
    number: delivery.attempts,
    status,
    durationMs: performance.now() - begun,
  });
  delivery.status = status < 300 ? 'succeeded' : 'failed';
  await deliveries.save(delivery);
  if (status >= 300) throw new Error(`The sink answered ${status}, so the job failed and BullMQ retries it.`);
}

const worker = new Worker('deliveries', deliver, {
  connection: { url: settings.redisUrl, maxRetriesPerRequest: null },
  concurrency: 50,
});
worker.on('error', (error) => console.error(error));
worker.on('failed', (_job, error) => console.error(error));
await worker.waitUntilReady();
serve();
