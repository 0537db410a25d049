import { join } from 'node:path';
import { loadEnvironment } from '@patchbay/config';
import { ConfigurationError, VaultError } from '@patchbay/core';
import { PluginBootError, type PluginLocations } from '@patchbay/plugin-host';
import { startHub, type Hub } from '../hub.js';
import { createLogger } from './logger.js';

/**
 * Starts the hub of a process with the environment of the process, and stops it on SIGTERM and SIGINT. Ends the process
 * if the hub cannot start.
 * @param plugins locations of the plugins, instead of the default
 */
export async function runHub(plugins?: PluginLocations): Promise<Hub> {
  try {
    const environment = loadEnvironment(process.env);
    const hub = await startHub({
      environment,
      logger: createLogger(environment.logLevel),
      env: process.env,
      dataDirectory: join(process.cwd(), '.patchbay'),
      ...(plugins && { plugins }),
    });
    stopOnSignal(hub);
    return hub;
  } catch (error) {
    return fail(error);
  }
}

/**
 * Maximum duration of a shutdown, in milliseconds. Longer than a normal shutdown, shorter than the kill timeout of
 * service managers.
 */
const STOP_TIMEOUT_MS = 25_000;

function stopOnSignal(hub: Hub): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // After a forced exit, other processes reclaim the deliveries in flight, as after a crash.
    setTimeout(
      () =>
        fail(
          'The hub did not shut down within 25 seconds, so the process was ended. Check the log for work that did not ' +
            'finish.',
        ),
      STOP_TIMEOUT_MS,
    ).unref();
    hub.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Node.js emits this event only if a parent process, such as the demo, opened an IPC channel. The hub then stops with
  // its parent.
  process.on('disconnect', stop);
}

function fail(error: unknown): never {
  const isExpected =
    error instanceof ConfigurationError || error instanceof PluginBootError || error instanceof VaultError;
  process.stderr.write(`${isExpected || !(error instanceof Error) ? String(error) : (error.stack ?? error.message)}\n`);
  process.exit(1);
}
