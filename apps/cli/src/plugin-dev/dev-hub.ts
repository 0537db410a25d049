import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@patchbay/core';
import { apiPath } from '../api/api-path.js';
import type { HubClient } from '../api/hub-client.js';
import { isJsonObject, objectAt, objectsAt, textAt, textsAt } from '../api/json-reading.js';
import { refusalOf } from '../api/refusal.js';
import { CliError } from '../cli-error.js';
import type { HubProcess } from '../demo/hub-process.js';
import { until } from '../demo/wait-until.js';
import { applyRequest } from '../files/apply-request.js';
import { readBrandFile } from '../files/brand-files.js';
import { DEV_BRAND, DEV_HEADER, type DevBrand } from './dev-brand.js';

/** Time limit for the first attempt, in milliseconds. */
const ATTEMPT_TIMEOUT_MS = 60_000;

/** Hub with one plugin and one brand, in a process of its own. */
export class DevHub {
  /** Newest message that the plugin got for each delivery. */
  private readonly messages = new Map<string, JsonObject>();
  private answered: (answer: JsonObject) => void = () => undefined;

  constructor(
    private readonly hub: HubProcess,
    readonly client: HubClient,
    private readonly home: string,
    readonly sourceToken = randomBytes(12).toString('base64url'),
  ) {
    hub.onMessage((message) => {
      const [id, content] = [textAt(message, 'delivery'), objectAt(message, 'message')];
      if (id !== undefined && content !== undefined) this.messages.set(id, content);
      else this.answered(message);
    });
  }

  /** Resolves when the process of the hub has ended. */
  get exited(): Promise<void> {
    return this.hub.exited;
  }

  /**
   * Replaces the plugin.
   * @param build folder that contains `node_modules` with the package of the plugin
   * @throws CliError with every problem if the plugin is invalid
   */
  async reload(build: string): Promise<void> {
    const answered = new Promise<JsonObject>((resolve) => {
      this.answered = resolve;
    });
    this.hub.send({ reload: build });
    const answer = await Promise.race([answered, this.exited]);
    if (answer === undefined) throw new CliError('The hub exited while it loaded the plugin.');
    if (answer.reloaded === true) return;
    const problems = textsAt(answer, 'problems').map((message) => ({ field: '', message }));
    throw new CliError('The plugin is invalid:', 'Fix the problems, then save.', { problems });
  }

  /** Applies the brand. Its former destination and subscription are deleted. */
  async apply({ file, variables }: DevBrand): Promise<void> {
    const path = join(this.home, 'dev.yaml');
    // Every JSON text is also valid YAML.
    writeFileSync(path, JSON.stringify(file, null, 2));
    const read = readBrandFile(variables, path);
    const mode = {
      dryRun: false,
      prune: true,
      complete: false,
      atMost: 1_000_000,
      confirmPrivacy: false,
      strict: false,
    };
    await this.client.post(apiPath('/v1/apply'), applyRequest([read], mode));
  }

  /** Sends an event to the brand's source. Returns its id. */
  async sendEvent(event: JsonObject): Promise<string> {
    const path = apiPath('/v1/ingest/{brand}/{source}', { brand: DEV_BRAND, source: 'capillary' });
    const answer = await this.client.request('post', path, {
      body: Buffer.from(JSON.stringify(event)),
      headers: { 'content-type': 'application/json', [DEV_HEADER]: this.sourceToken },
    });
    const id = isJsonObject(answer.body) ? textAt(objectsAt(answer.body, 'events')[0], 'id') : undefined;
    if (answer.status === 202 && id !== undefined) return id;
    throw refusalOf(this.client.address.url, `POST ${path.template}`, answer);
  }

  /** Returns the delivery of an event after its first attempt, or after it ended without one. */
  async delivery(eventId: string, signal: AbortSignal): Promise<JsonObject> {
    const found = await until(() => this.attempted(eventId), ATTEMPT_TIMEOUT_MS, signal);
    if (found !== undefined) return found;
    throw new CliError('The hub made no attempt within a minute.', 'Check the log of the hub.');
  }

  /** Returns the message that the plugin got for a delivery; undefined if the plugin was not called. */
  messageOf(delivery: JsonObject): JsonObject | undefined {
    return this.messages.get(textAt(delivery, 'id') ?? '');
  }

  private async attempted(eventId: string): Promise<JsonObject | undefined> {
    const page = await this.client.get(apiPath('/v1/brands/{brand}/deliveries', { brand: DEV_BRAND }), { limit: '20' });
    const id = textAt(
      objectsAt(page, 'data').find((delivery) => textAt(delivery, 'eventId') === eventId),
      'id',
    );
    if (id === undefined) return undefined;
    const delivery = await this.client.get(apiPath('/v1/brands/{brand}/deliveries/{id}', { brand: DEV_BRAND, id }));
    return wasAttempted(delivery) ? delivery : undefined;
  }
}

/** Statuses of a delivery that has not ended. */
const WAITING = new Set(['scheduled', 'held']);

/**
 * Returns true after the first attempt of a delivery, or if the delivery ended without one. The hub reads the attempts
 * after the delivery, so they may be newer than its status: then the delivery is still shown as in flight.
 */
export function wasAttempted(delivery: JsonObject): boolean {
  if (!WAITING.has(textAt(delivery, 'status') ?? '')) return true;
  return delivery['inFlight'] !== true && objectsAt(delivery, 'attempts').length > 0;
}
