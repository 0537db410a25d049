import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { consoleLink } from '../api/console-link.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { ROOT } from '../demo/repository.js';
import type { Reporter } from '../output/reporter.js';
import { freePort } from '../demo/demo-port.js';
import { DevLog } from './dev-log.js';
import { startDevPage } from './dev-page.js';
import { DevSession } from './dev-session.js';
import { inputLines } from './input-lines.js';
import { startDevParts, type DevParts, type PluginDevOptions } from './start-dev-parts.js';
import { watchPlugin } from './watch-plugin.js';

/** Port of the page that sends events, if it is free. */
const PAGE_PORT = 3002;

/**
 * Runs a plugin with its sandbox, a hub and a brand. Loads the plugin again after each change of a file. Sends an event
 * for each line of the input and for each click on the page. Ends when the signal is aborted.
 * @throws CliError if the plugin is invalid at the start, or a process does not start
 */
export async function runPluginDev(context: CliContext, reporter: Reporter, options: PluginDevOptions): Promise<void> {
  const { folder, signal } = options;
  const parent = join(ROOT, '.patchbay', 'plugin-dev');
  mkdirSync(parent, { recursive: true });
  const home = mkdtempSync(join(parent, `${basename(resolve(folder))}-`));
  const toStop: (() => Promise<void>)[] = [];
  try {
    reporter.line(reporter.paint.dim('Starting the plugin, a hub and its database …'));
    const parts = await startDevParts(context.env, options, home, toStop);
    const log = new DevLog(reporter);
    const session = new DevSession(context, log, options, home, parts);
    await session.applyBrand();
    const page = await startDevPage(await freePort(PAGE_PORT), { type: parts.type, log, session });
    toStop.push(() => page.stop());
    await introduce(parts, page.url, reporter);
    await serve(context, session, parts, options);
    if (!signal.aborted) throw new CliError('The hub exited unexpectedly.', `Check its log: ${parts.log}`);
  } finally {
    for (const stop of toStop.reverse()) await stop();
    // After a failure, the folder stays, because it contains the log of the hub.
    if (signal.aborted) rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function introduce({ type, hub, vendor, log }: DevParts, page: string, reporter: Reporter): Promise<void> {
  const { paint } = reporter;
  const { url } = await consoleLink(hub.client);
  reporter.line(paint.bold(type));
  reporter.line(`   try it   ${paint.link(page)}`);
  reporter.line(`   console  ${paint.link(url)}`);
  reporter.line(`   inbox    ${paint.link(vendor.url)}`);
  reporter.line(`   log      ${log}`);
  reporter.line();
  reporter.line('Enter sends a sample event. Type the name of an event type to send another sample.');
  reporter.line('The plugin is loaded again when you save a file. Ctrl-C ends the command.');
}

/** Passes lines of the input and changes of files to the session, until the signal is aborted or the hub exits. */
async function serve(
  { stdin }: CliContext,
  session: DevSession,
  { hub }: DevParts,
  { folder, signal }: PluginDevOptions,
): Promise<void> {
  const endWatch = watchPlugin(resolve(folder), () => {
    session.reload();
  });
  const reading = readLines(stdin, session);
  try {
    if (!signal.aborted) await Promise.race([hub.exited, once(signal, 'abort')]);
  } finally {
    endWatch();
    stdin.destroy();
  }
  await reading;
}

async function readLines(stdin: CliContext['stdin'], session: DevSession): Promise<void> {
  for await (const line of inputLines(stdin)) session.send(line.trim());
}
