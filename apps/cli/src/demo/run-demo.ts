import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock, type JsonObject } from '@patchbay/core';
import { startSandbox, type SandboxHub } from '@patchbay/testing';
import { ASHA, EXAMPLE_HEADER, exampleCrm, LAYLA, sandboxBrand } from '@patchbay/testing/examples';
import { consoleLink } from '../api/console-link.js';
import { HubClient } from '../api/hub-client.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import type { Reporter } from '../output/reporter.js';
import type { Chapter } from './chapter.js';
import { readDemoBrand, type DemoVendor } from './demo-brand.js';
import { demoEnvironment } from './demo-environment.js';
import { loadDemoEvents } from './demo-events.js';
import { makeDemoFolder } from './demo-folder.js';
import { DemoHubApi } from './demo-hub-api.js';
import { startVendors } from './demo-vendors.js';
import { FLOWS_STORY } from './flows-story.js';
import { hubPort } from './demo-port.js';
import { HubProcess } from './hub-process.js';
import { Inbox } from './inbox.js';
import { makeTour, openTour } from './make-tour.js';
import { playOutage } from './play-outage.js';
import { playStory } from './play-story.js';
import { registerAtCapillary } from './register-capillary.js';
import { BUILT_PLUGINS, ROOT } from './repository.js';
import type { StepTools } from './play-step.js';
import { STORY } from './story.js';
import { nextStepLines } from './next-steps.js';

/** Options of a demo. */
export interface DemoOptions {
  /** True to stop after the first round. */
  readonly once: boolean;
  /** Port of the hub on 127.0.0.1; 0 for any free port. Undefined for port 3000, or another port if 3000 is in use. */
  readonly port: number | undefined;
  /** Aborted when the demo has to stop. */
  readonly signal: AbortSignal;
}

/**
 * Starts the sandboxes and a hub with an empty embedded database, plays the story and prints what each destination
 * received. Then waits for the signal. Everything that was started is stopped before the promise settles.
 * @throws CliError if a process did not start or an expected message did not arrive
 */
export async function runDemo(
  context: CliContext,
  reporter: Reporter,
  { once: justOnce, port: requestedPort, signal }: DemoOptions,
): Promise<void> {
  const folder = makeDemoFolder(ROOT);
  const toStop: (() => Promise<void> | void)[] = [
    () => {
      folder.release();
    },
  ];
  try {
    const vendors = await startVendors(BUILT_PLUGINS);
    toStop.push(() => vendors.stop());
    const port = await hubPort(requestedPort);
    const hubUrl = `http://127.0.0.1:${port}`;
    const [adminKey, sourceToken] = [randomBytes(24).toString('base64url'), randomBytes(12).toString('base64url')];
    const { configDirectory, log } = folder;
    const brandText = readFileSync(folder.brandFile, 'utf8');
    const demo = readDemoBrand(brandText, folder.brandFile, vendors.sandboxes, sourceToken);
    const crm = await startSandbox(exampleCrm([ASHA, LAYLA]));
    toStop.push(() => crm.stop());
    const examples = sandboxBrand(vendors.sandboxes, { crmUrl: crm.sandbox.baseUrl, sourceToken });
    folder.addBrand('acme', examples.file);
    const env = demoEnvironment(context.env, {
      port,
      configDirectory,
      adminKey,
      inboxUrl: vendors.url,
      sandboxes: vendors.sandboxes,
      variables: { ...demo.variables, ...examples.variables },
    });

    reporter.line(
      `${reporter.paint.bold('Patchbay demo')}  ${reporter.paint.dim('starting the hub and its database …')}`,
    );
    const hub = HubProcess.start({ main: join(ROOT, 'apps', 'hub', 'dist', 'main.js'), cwd: folder.home, env, log });
    toStop.push(() => hub.stop());
    await hub.ready(hubUrl, signal);

    const access = { hubUrl, inboxUrl: vendors.url, log, adminKey, sourceToken };
    const client = new HubClient({ url: hubUrl, adminKey });
    const toolsFor = (brand: string, header: string, types: ReadonlyMap<string, string>): StepTools => ({
      api: new DemoHubApi(client, { brand, header, token: sourceToken }),
      inbox: new Inbox(vendors.sandboxes, types),
      signal,
    });
    const chapters: readonly Chapter[] = [
      {
        title: 'A brand in one file',
        about: 'config/brands/demo.yaml: contact data comes only from the events of the platform.',
        tools: toolsFor('demo', 'x-demo-token', demo.types),
        steps: STORY,
      },
      {
        title: 'The example flows',
        about: 'config/examples in two languages, with a CRM. Digests take one second; quiet hours are off.',
        tools: toolsFor('acme', EXAMPLE_HEADER, examples.types),
        steps: FLOWS_STORY,
      },
    ];
    const played = await playStory(chapters, access, vendors.sandboxes, reporter);
    // The story compares all messages at the sandboxes, so this brand sends its message after the story.
    const { capillary } = vendors;
    const event = await capillaryEvent();
    const registered = await registerAtCapillary({ client, capillary, webhook: webhookOf(vendors), event }, reporter);
    const { events } = capillary.state;
    const missed = await playOutage({ client, events, event, now: systemClock.now(), signal }, reporter);
    const problems = played + registered.length + missed.length;
    if (justOnce) {
      if (problems > 0)
        throw new CliError('The demo found problems, which are listed above.', `Check the log of the hub: ${log}`);
      return;
    }
    await makeTour(client);
    const link = openTour(await consoleLink(client));
    for (const line of nextStepLines(access, link, reporter.paint)) reporter.line(line);
    await Promise.race([hub.exited, aborted(signal)]);
    if (!signal.aborted) throw new CliError('The hub exited unexpectedly.', `Check its log: ${log}`);
  } finally {
    for (const stop of toStop.reverse()) await stop();
  }
}

/** Returns the sandbox of the destination type `webhook`. */
function webhookOf({ sandboxes }: SandboxHub): DemoVendor {
  const webhook = sandboxes.get('webhook');
  if (webhook === undefined)
    throw new CliError('The plugin webhook has no sandbox.', 'Restore plugins/webhook/sandbox.ts.');
  return webhook;
}

async function capillaryEvent(): Promise<JsonObject> {
  const [event = {}] = await loadDemoEvents('points-issued.json', systemClock.now());
  return event;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
