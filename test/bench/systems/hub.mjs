import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@patchbay/embedded';
import { Child } from '../machine/children.mjs';
import { brandEnvironment, writeBrandFiles } from '../workload/brand-files.mjs';
import { TOKEN } from '../workload/event.mjs';

const MAIN = fileURLToPath(new URL('../../../apps/hub/dist/main.js', import.meta.url));
/** Heap limit of `npm start` and of the container image, from decision 0035. */
const HEAP = '--max-old-space-size=1024';
const READY_EVERY_MS = 100;

/** Built hub with an API process and a worker process, with logs and metrics enabled. */
export function hub({ usesRedis }) {
  return {
    usesRedis,

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
        PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
        LOG_LEVEL: logLevel,
        ...brandEnvironment(sinkUrl, TOKEN),
      };
      const start = async (role) => {
        const port = await freePort();
        const child = Child.node(`the hub's ${role}`, [HEAP, ...(nodeOptions?.(role) ?? []), MAIN], {
          env: { ...environment, PATCHBAY_ROLE: role, PORT: String(port) },
          cwd: folder,
          log: join(folder, `hub-${role}.log`),
        });
        await untilReady(child, port);
        return { child, port };
      };
      // The API process starts first, because it creates the tables and applies the brand files.
      const api = await start('api');
      const workers = await Promise.all(Array.from({ length: scenario.workers }, () => start('worker')));
      return {
        port: api.port,
        headers: { 'x-bench-token': TOKEN },
        pathOf: (brand) => `/v1/ingest/${brand}/loyalty`,
        pids: { api: [api.child.pid], worker: workers.map(({ child }) => child.pid) },
        untilQueue: (state) => Promise.all([api, ...workers].map(({ child, port }) => untilReady(child, port, state))),
        stop: () => Promise.all([api, ...workers].map(({ child }) => child.end())),
      };
    },
  };
}

/**
 * Waits until a process of the hub is ready.
 * @param queue required queue state, `shared` or `local`; undefined if any state is accepted
 */
async function untilReady(child, port, queue) {
  for (;;) {
    if (child.hasEnded) throw child.failure('ended before it was ready');
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer?.ok && (queue === undefined || (await answer.json()).queue === queue)) return;
    await new Promise((resolve) => setTimeout(resolve, READY_EVERY_MS));
  }
}
