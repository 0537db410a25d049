import helmet from '@fastify/helmet';
import { fastify } from 'fastify';

/** What any answer carries, protective or not. */
const COMMON_HEADERS = ['content-type', 'content-length', 'connection', 'date'];

/**
 * The headers that keep a browser from being turned against the hub. They are the same for every answer, so they are
 * worked out once: Helmet writes them anew for each, which is a tenth of what taking an event in costs.
 */
export async function protectiveHeaders(): Promise<Readonly<Record<string, string>>> {
  const probe = fastify();
  await probe.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // The API's documentation page brings its styles and its start script inline.
        styleSrc: ["'self'", "'unsafe-inline'"],
        scriptSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        upgradeInsecureRequests: null,
      },
    },
  });
  const { headers } = await probe.inject('/');
  await probe.close();
  const protective = Object.entries(headers).filter(([name]) => !COMMON_HEADERS.includes(name));
  return Object.fromEntries(protective.map(([name, value]) => [name, String(value)]));
}
