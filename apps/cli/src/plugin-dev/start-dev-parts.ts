import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { crmSandbox, SAMPLE_RECIPIENT, startSandbox } from '@patchbay/testing';
import { HubClient } from '../api/hub-client.js';
import type { CliContext } from '../cli-context.js';
import { demoEnvironment } from '../demo/demo-environment.js';
import { freePort, hubPort } from '../demo/demo-port.js';
import { HubProcess } from '../demo/hub-process.js';
import { ROOT } from '../demo/repository.js';
import { DevHub } from './dev-hub.js';
import { buildPlugin, DevVendor } from './dev-vendor.js';

const INBOX_PORT = 3001;

/** Options of the command `patchbay plugin dev`. */
export interface PluginDevOptions {
  /** Folder of the plugin. */
  readonly folder: string;
  /** File with an event as its source sends it, instead of a sample. */
  readonly event: string | undefined;
  /** Port of the hub on 127.0.0.1. Undefined for port 3000, or another port if 3000 is in use. */
  readonly port: number | undefined;
  readonly signal: AbortSignal;
}

/** Everything that runs beside the command itself. */
export interface DevParts {
  /** Destination type of the plugin. */
  readonly type: string;
  readonly hub: DevHub;
  readonly vendor: DevVendor;
  /** URL of the system that knows the recipient of every event. */
  readonly crmUrl: string;
  /** File with the log of the hub. */
  readonly log: string;
}

/**
 * Compiles the plugin, and starts its sandbox, a system that knows recipients, and a hub.
 * @param home folder for the builds, and for the data and the log of the hub
 * @param toStop gets a function for each part that was started, also if a later part does not start
 */
export async function startDevParts(
  env: CliContext['env'],
  { folder, port: requestedPort, signal }: PluginDevOptions,
  home: string,
  toStop: (() => Promise<void>)[],
): Promise<DevParts> {
  const build = await buildPlugin(resolve(folder), join(home, 'build-1'));
  const vendor = await DevVendor.start(build, await freePort(INBOX_PORT));
  toStop.push(() => vendor.stop());
  const crm = await startSandbox(RECIPIENTS);
  toStop.push(() => crm.stop());
  const port = await hubPort(requestedPort);
  const configDirectory = join(home, 'config');
  mkdirSync(join(configDirectory, 'brands'), { recursive: true });
  const adminKey = randomBytes(24).toString('base64url');
  const log = join(home, 'hub.log');
  const process = HubProcess.start({
    main: join(ROOT, 'apps', 'hub', 'dist', 'plugin-dev.js'),
    args: [build.folder, build.type],
    cwd: home,
    env: demoEnvironment(env, {
      port,
      configDirectory,
      adminKey,
      inboxUrl: vendor.url,
      sandboxes: new Map([[build.type, vendor.sandbox]]),
      variables: {},
    }),
    log,
  });
  toStop.push(() => process.stop());
  const url = `http://127.0.0.1:${port}`;
  await process.ready(url, signal);
  const hub = new DevHub(process, new HubClient({ url, adminKey }), home);
  return { type: build.type, hub, vendor, crmUrl: crm.sandbox.baseUrl, log };
}

/** System of the brand that returns the same invented recipient for each customer. */
const RECIPIENTS = crmSandbox(() => [
  { name: 'contact', method: 'GET', path: '/contacts/:id', handle: () => ({ status: 200, body: SAMPLE_RECIPIENT }) },
]);
