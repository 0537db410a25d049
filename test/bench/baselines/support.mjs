/** Shared code of all baselines: authentication, destinations and process shutdown. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { TOKEN } from '../workload/event.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest();
const WANTED = sha256(TOKEN);

/** Returns true if the request has the correct token. */
export function isAuthentic(token) {
  return typeof token === 'string' && timingSafeEqual(sha256(token), WANTED);
}

/** Settings that the benchmark passes to this process. */
export const settings = JSON.parse(process.env.BENCH_SETTINGS);

/** Returns the destinations of a brand's events. */
export function destinationsOf(brand) {
  return Array.from({ length: settings.fanOut }, (_, n) => `${brand}/${n}`);
}

/** Returns the URL of a destination at the sink, which replaces all vendors. */
export function urlOf(destination) {
  return `${settings.sinkUrl}/${destination}`;
}

/** Returns the scope of a template: the values of an event that the template can read. */
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

/** Sends `ready` to the parent process. Ends this process on SIGTERM or when the parent process ends. */
export function serve() {
  process.on('SIGTERM', () => process.exit(0));
  process.on('disconnect', () => process.exit(0));
  process.send('ready');
}
