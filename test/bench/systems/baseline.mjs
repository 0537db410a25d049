import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@patchbay/embedded';
import { Child } from '../machine/children.mjs';
import { TOKEN } from '../workload/event.mjs';

/**
 * Baseline whose processes run scripts of the baseline's folder.
 * @param parts names of the processes and their scripts, in the order in which they start. The first process creates
 *   the tables, and all processes with its script receive events
 */
export function baseline(name, parts) {
  const scriptOf = (part) => fileURLToPath(new URL(`../baselines/${name}/${part.script}.mjs`, import.meta.url));
  return {
    async start({ databaseUrl, redisUrl, sinkUrl, scenario, folder }) {
      const started = [];
      for (const part of parts) {
        const port = await freePort();
        const isFirst = started.length === 0;
        const settings = { databaseUrl, redisUrl, sinkUrl, port, isFirst, fanOut: scenario.fanOut };
        const child = Child.node(`${name}'s process ${part.name}`, [scriptOf(part)], {
          env: { NODE_ENV: 'production', BENCH_SETTINGS: JSON.stringify(settings) },
          log: join(folder, `${name}-${part.name}.log`),
        });
        await child.ready();
        started.push({ ...part, child, port });
      }
      const receivers = started.filter(({ script }) => script === parts[0].script);
      return {
        ports: receivers.map(({ port }) => port),
        headers: { 'x-bench-token': TOKEN },
        pathOf: (brand) => `/events/${brand}`,
        processes: started.map(({ name: process, child }) => ({ name: process, pid: child.pid })),
        stop: () => Promise.all(started.map(({ child }) => child.end())),
      };
    },
  };
}
