import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@patchbay/embedded';
import { Child } from '../machine/children.mjs';
import { TOKEN } from '../workload/event.mjs';

/** Baseline with two processes: one runs the `api.mjs` in the baseline's folder, one runs the `worker.mjs`. */
export function baseline(name) {
  const script = (part) => fileURLToPath(new URL(`../baselines/${name}/${part}.mjs`, import.meta.url));
  return {
    usesRedis: true,

    async start({ databaseUrl, redisUrl, sinkUrl, scenario, folder }) {
      const port = await freePort();
      const env = {
        NODE_ENV: 'production',
        BENCH_SETTINGS: JSON.stringify({ databaseUrl, redisUrl, sinkUrl, port, fanOut: scenario.fanOut }),
      };
      const start = async (part) => {
        const child = Child.node(`${name}'s ${part}`, [script(part)], {
          env,
          log: join(folder, `${name}-${part}.log`),
        });
        await child.ready();
        return child;
      };
      // The API process starts first, because it creates the tables.
      const children = [await start('api'), await start('worker')];
      return {
        port,
        headers: { 'x-bench-token': TOKEN },
        pathOf: (brand) => `/events/${brand}`,
        pids: { api: [children[0].pid], worker: [children[1].pid] },
        stop: () => Promise.all(children.map((child) => child.end())),
      };
    },
  };
}
