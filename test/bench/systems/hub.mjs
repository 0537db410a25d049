import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@patchbay/embedded';
import { Child } from '../machine/children.mjs';
import { brandEnvironment, writeBrandFiles } from '../workload/brand-files.mjs';
import { TOKEN } from '../workload/event.mjs';
import { untilReady } from './until-ready.mjs';

/** Entry point of the built hub. */
export const HUB_MAIN = fileURLToPath(new URL('../../../apps/hub/dist/main.js', import.meta.url));
/** Heap limit of `npm start` and of the container image, from decision 0035. */
export const HEAP_LIMIT = '--max-old-space-size=1024';

/** Invented key of the admin API. */
export const ADMIN_KEY = 'invented-benchmark-admin-key-0001';

/** Built hub as identical processes of the role `all`, with logs and metrics enabled. */
export function hub({ usesRedis }) {
  return {
    async start({ databaseUrl, redisUrl, sinkUrl, scenario, folder, logLevel, nodeOptions }) {
      const configuration = join(folder, 'config');
      writeBrandFiles(configuration, scenario);
      const environment = {
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        DATABASE_URL: databaseUrl,
        REDIS_URL: usesRedis ? redisUrl : '',
        PATCHBAY_CONFIG: configuration,
        PATCHBAY_MASTER_KEY: randomBytes(32).toString('base64'),
        PATCHBAY_ADMIN_KEY: ADMIN_KEY,
        PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
        LOG_LEVEL: logLevel,
        ...brandEnvironment(sinkUrl, TOKEN),
      };
      const start = async (name) => {
        const port = await freePort();
        const child = Child.node(`the hub's process ${name}`, [HEAP_LIMIT, ...(nodeOptions?.(name) ?? []), HUB_MAIN], {
          env: { ...environment, PATCHBAY_ROLE: 'all', PORT: String(port) },
          cwd: folder,
          log: join(folder, `hub-${name}.log`),
        });
        await untilHubReady(child, port);
        return { name, child, port };
      };
      // One process starts first, because it creates the tables and applies the brand files.
      const first = await start('all-1');
      const others = await Promise.all(
        Array.from({ length: scenario.processes - 1 }, (_, index) => start(`all-${index + 2}`)),
      );
      const processes = [first, ...others];
      return {
        ports: processes.map(({ port }) => port),
        headers: { 'x-bench-token': TOKEN },
        pathOf: (brand) => `/v1/ingest/${brand}/loyalty`,
        processes: processes.map(({ name, child }) => ({ name, pid: child.pid })),
        untilQueue: (state) => Promise.all(processes.map(({ child, port }) => untilHubReady(child, port, state))),
        stop: () => Promise.all(processes.map(({ child }) => child.end())),
      };
    },
  };
}

/**
 * Waits until a process of the hub is ready.
 * @param queue required queue state, `shared` or `local`; undefined if any state is accepted
 */
function untilHubReady(child, port, queue) {
  const accepts = async (answer) => queue === undefined || (await answer.json()).queue === queue;
  return untilReady(child, `http://127.0.0.1:${port}/health/ready`, accepts);
}
