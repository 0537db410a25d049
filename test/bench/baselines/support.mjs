/** What all baselines have in common: who may send, where messages go, and how a process ends. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { TOKEN } from '../workload/event.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest();
const WANTED = sha256(TOKEN);

/** Whether a request carries the token. */
export function isAuthentic(token) {
  return typeof token === 'string' && timingSafeEqual(sha256(token), WANTED);
}

/** What the process was started with. */
export const settings = JSON.parse(process.env.BENCH_SETTINGS);

/** Where an event of a brand goes: one destination for each of the fan-out. */
export function destinationsOf(brand) {
  return Array.from({ length: settings.fanOut }, (_, n) => `${brand}/${n}`);
}

/** The address of a destination at the sink. */
export function urlOf(destination) {
  return `${settings.sinkUrl}/${destination}`;
}

/** What a template sees of an event. */
export function scopeOf(body) {
  return {
    event: {
      id: body.eventId,
      customerId: body.data.customerIdentifiers.customerId,
      occurredAt: new Date(body.createdAt).toISOString(),
    },
    data: body.data,
  };
}

/** Says that it is ready, and goes when it is told to, or when nobody is there to tell it. */
export function serve() {
  process.on('SIGTERM', () => process.exit(0));
  process.on('disconnect', () => process.exit(0));
  process.send('ready');
}
