import { join } from 'node:path';
import { loadEnvironment } from '@patchbay/config';
import { ConfigurationError, VaultError } from '@patchbay/core';
import { PluginBootError } from '@patchbay/plugin-host';
import { createLogger } from './boot/logger.js';
import { startHub, type Hub } from './hub.js';

/** The server's process: environment in, signals obeyed, problems told in words. */
async function main(): Promise<void> {
  const environment = loadEnvironment(process.env);
  const logger = createLogger(environment.logLevel);
  const hub = await startHub({
    environment,
    logger,
    env: process.env,
    dataDirectory: join(process.cwd(), '.patchbay'),
  });
  stopOnSignal(hub);
}

/** Longer than an orderly end takes, shorter than service managers wait before they kill. */
const STOP_TIMEOUT_MS = 25_000;

function stopOnSignal(hub: Hub): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Other processes reclaim its deliveries then, as after a crash.
    setTimeout(() => fail('The hub did not come to its end in 25 seconds and was ended.'), STOP_TIMEOUT_MS).unref();
    hub.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Only where a parent process opened a channel to us, as the demo does: when it is gone, so is our reason to run.
  process.on('disconnect', stop);
}

function fail(error: unknown): void {
  const isExpected =
    error instanceof ConfigurationError || error instanceof PluginBootError || error instanceof VaultError;
  process.stderr.write(`${isExpected || !(error instanceof Error) ? String(error) : (error.stack ?? error.message)}\n`);
  process.exit(1);
}

main().catch(fail);
