import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { JsonObject } from '@patchbay/core';
import { SAMPLE_EVENTS } from '@patchbay/testing';
import { isJsonObject, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { readJsonInput } from '../files/read-input.js';
import { deliveryLines } from './delivery-lines.js';
import { devBrand } from './dev-brand.js';
import type { DevLog } from './dev-log.js';
import { buildPlugin } from './dev-vendor.js';
import { sampleEvent, sampleType } from './sample-event.js';
import type { DevParts, PluginDevOptions } from './start-dev-parts.js';

/** Work of `patchbay plugin dev`: reloads and events, one at a time. */
export class DevSession {
  private builds = 1;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: CliContext,
    private readonly log: DevLog,
    private readonly options: PluginDevOptions,
    private readonly home: string,
    private readonly parts: DevParts,
  ) {}

  /** Applies the brand with the values of the sandbox. */
  applyBrand(): Promise<void> {
    const { hub, vendor, crmUrl } = this.parts;
    const { type, credentials, settings } = vendor.sandbox;
    const { sourceToken } = hub;
    return hub.apply(devBrand({ build: this.builds, type, credentials, settings, crmUrl, sourceToken }));
  }

  /** Loads the plugin and its sandbox again. If the plugin is invalid, prints the problems and keeps the former plugin. */
  reload(): void {
    this.enqueue(async () => {
      const start = performance.now();
      this.builds += 1;
      const folder = join(this.home, `build-${this.builds}`);
      const build = await buildPlugin(resolve(this.options.folder), folder);
      const { type, hub, vendor } = this.parts;
      if (build.type !== type)
        throw new CliError(`The type changed from ${type} to ${build.type}.`, 'Start the command again.');
      await hub.reload(folder);
      await vendor.replace(build);
      await this.applyBrand();
      this.log.add([`${this.log.paint.good('reloaded')} in ${Math.round(performance.now() - start)} ms`]);
    });
  }

  /**
   * Sends an event, and prints what it led to.
   * @param typed type of the event; empty for the event of the options, or a sample of the first preset
   */
  send(typed: string): void {
    this.enqueue(async () => {
      const event = await this.eventOf(typed);
      const { hub, vendor } = this.parts;
      const { sandbox } = vendor;
      const before = { request: sandbox.requests.at(-1), violations: sandbox.violations.length };
      const delivery = await hub.delivery(await hub.sendEvent(event), this.options.signal);
      const shown = {
        delivery,
        message: hub.messageOf(delivery),
        requests: after(sandbox.requests, before.request),
        violations: sandbox.violations.slice(before.violations),
      };
      this.log.add([`event    ${textAt(delivery, 'eventType') ?? ''}`, ...deliveryLines(shown, this.log.paint)]);
    });
  }

  /** Runs a task after the tasks before it. A failed task prints its error and does not end the command. */
  private enqueue(task: () => Promise<void>): void {
    this.last = this.last.then(task).catch((error: unknown) => {
      if (!this.options.signal.aborted) this.log.fail(error);
    });
  }

  private async eventOf(typed: string): Promise<JsonObject> {
    const { event: file, folder } = this.options;
    const id = randomUUID();
    if (typed === '' && file !== undefined) {
      const event = await readJsonInput(this.context, file);
      if (isJsonObject(event)) return { ...event, eventId: id };
      throw new CliError(`${file} does not contain one event.`, 'Write one JSON object.');
    }
    const samples = Object.keys(SAMPLE_EVENTS);
    const type = typed === '' ? sampleType(presetNames(folder), samples) : typed;
    const data = SAMPLE_EVENTS[type];
    if (data !== undefined) return sampleEvent(type, data, id);
    throw new CliError(`There is no sample of ${type}.`, `Type one of ${samples.join(', ')}.`);
  }
}

/** Returns the entries after `last`. Returns all entries if `last` is undefined or not in the list. */
function after<T>(entries: readonly T[], last: T | undefined): readonly T[] {
  return last === undefined ? entries : entries.slice(entries.indexOf(last) + 1);
}

function presetNames(folder: string): readonly string[] {
  const presets = join(folder, 'mappings');
  if (!existsSync(presets)) return [];
  return readdirSync(presets)
    .filter((name) => name.endsWith('.json'))
    .map((name) => basename(name, '.json'))
    .sort();
}
