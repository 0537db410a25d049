import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AttemptOutcome, Clock, OpenDestination } from '@patchbay/core';
import { closeConnections, createEgressPolicy } from '@patchbay/http';
import {
  discoverPlugins,
  InProcessLocks,
  PluginGateway,
  PluginRuntime,
  TokenCache,
  type DiscoveredPlugin,
} from '@patchbay/plugin-host';
import type { AnyDestinationDefinition, EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import { startSandbox, type Sandbox, type SandboxDefinition } from '../sandbox/index.js';
import { realTime } from '../sandbox/real-time.js';
import { isolate } from './isolated-folder.js';
import { sampleEvent } from './sample-events.js';

/** What one attempt of the suite changes about the sandbox's own sample. Laid over it, field by field. */
export interface TryOptions {
  readonly message?: JsonObject;
  readonly credentials?: JsonObject;
  readonly settings?: JsonObject;
  /** Milliseconds. */
  readonly timeoutMs?: number;
  readonly attempt?: number;
  /** A new one where left out. */
  readonly deliveryId?: string;
  /** False for a hub that does not know its own public URL, and so gives no `statusCallbackUrl`. */
  readonly hasPublicUrl?: boolean;
  readonly signal?: AbortSignal;
  /** True for a destination that was just changed: no token of an earlier attempt serves it. */
  readonly isChanged?: boolean;
}

/** Stands for what the hub puts at the end of a destination's callback URL: as good as a password. */
export const CALLBACK_TOKEN = 'invented-token';

/** Callback URL of the suite's destination, as the hub shows it for the vendor's console. */
export const CALLBACK_URL = `https://hub.example.com/v1/callbacks/01890a5d-0000-7000-8000-000000000001/${CALLBACK_TOKEN}`;

/** The same with the delivery in it, as the hub gives it along with one message. */
function callbackUrlOf(deliveryId: string): string {
  return `${CALLBACK_URL}?delivery=${deliveryId}`;
}

/** A plugin in the real host, behind the real HTTP client, with its vendor's sandbox at the other end. */
export class PluginBench {
  private readonly versions = new Map<string, number>();
  private newestVersion = 0;

  private constructor(
    readonly plugin: DiscoveredPlugin,
    readonly gateway: PluginGateway,
    readonly sandbox: Sandbox,
    /** Every line that the host logged. */
    readonly log: readonly string[],
    /** What `verify` of the plugin threw, oldest first, before the host made the best of it. */
    readonly verifyErrors: readonly unknown[],
    /** The clock of the hub; a spec may replace its `now`. */
    readonly clock: Clock,
    private readonly end: () => Promise<void>,
  ) {}

  /** Finds the plugin in its folder as the hub does, and starts its sandbox. */
  static async start(where: URL, definition: SandboxDefinition): Promise<PluginBench> {
    const folder = folderPath(where);
    const isolated = isolate(folder);
    const [plugin] = await discoverPlugins({
      pluginsDir: isolated.pluginsDir,
      packages: [],
      fromSources: true,
    }).finally(isolated.remove);
    if (plugin === undefined) throw new Error(`There is no plugin in ${basename(folder)}.`);
    const log: string[] = [];
    const write = (level: string) => (fields: object, message: string) => {
      log.push(`${level} ${message} ${JSON.stringify(fields)}`);
    };
    const logger = { info: write('info'), warn: write('warn'), error: write('error') };
    const egress = createEgressPolicy('127.0.0.1/32');
    const verifyErrors: unknown[] = [];
    const watched = { ...plugin, definition: watchVerify(plugin.definition, verifyErrors) };
    const clock: Clock = { now: realTime };
    const ports = { egress, logger, locks: new InProcessLocks(), clock };
    const runtime = new PluginRuntime(watched, ports, new TokenCache(() => clock.now()));
    const { sandbox, stop } = await startSandbox(definition);
    return new PluginBench(
      plugin,
      new PluginGateway([runtime], logger),
      sandbox,
      log,
      verifyErrors,
      clock,
      async () => {
        closeConnections(egress);
        await stop();
      },
    );
  }

  /** One attempt through the gateway. */
  deliver(options: TryOptions = {}): Promise<AttemptOutcome> {
    const id = options.deliveryId ?? randomUUID();
    const tellsUrl = this.plugin.definition.statusCallback !== undefined && options.hasPublicUrl !== false;
    return this.gateway.deliver({
      destination: this.destination(options),
      message: { ...this.sandbox.definition.message, ...options.message },
      event: this.event(),
      delivery: {
        id,
        attempt: options.attempt ?? 1,
        idempotencyKey: id,
        ...(tellsUrl ? { statusCallbackUrl: callbackUrlOf(id) } : {}),
      },
      signal: options.signal ?? new AbortController().signal,
    });
  }

  /** Asks through the gateway what became of a message that is pending. */
  poll(externalId: string, options: TryOptions = {}): Promise<AttemptOutcome> {
    return this.gateway.poll({
      destination: this.destination(options),
      deliveryId: options.deliveryId ?? randomUUID(),
      externalId,
      signal: options.signal ?? new AbortController().signal,
    });
  }

  /** Tests the credentials through the gateway. */
  verify(options: TryOptions = {}): Promise<AttemptOutcome> {
    return this.gateway.verify(this.destination(options), options.signal ?? new AbortController().signal);
  }

  /** The sandbox as a destination. */
  destination({ credentials, settings, timeoutMs, isChanged = false }: TryOptions = {}): OpenDestination {
    const own = {
      credentials: { ...this.sandbox.credentials, ...credentials },
      settings: { ...this.sandbox.settings, ...settings },
    };
    return {
      id: '01890a5d-0000-7000-8000-000000000001',
      brandId: '01890a5d-0000-7000-8000-000000000002',
      type: this.plugin.definition.type,
      version: this.versionOf(own, isChanged),
      ...own,
      timeoutMs: timeoutMs ?? 5_000,
    };
  }

  async stop(): Promise<void> {
    await this.end();
  }

  /** As in the hub, other credentials or settings are another version: a token of the right ones serves no wrong ones. */
  private versionOf(own: JsonObject, isChanged: boolean): number {
    const text = JSON.stringify(own);
    const known = isChanged ? undefined : this.versions.get(text);
    const version = known ?? ++this.newestVersion;
    this.versions.set(text, version);
    return version;
  }

  private event(): EventEnvelope {
    return sampleEvent('pointsIssued', { totalPointsIssued: 100 });
  }
}

/** The host takes a lost answer to `verify` for transient whatever the plugin says; here it can be seen what it says. */
function watchVerify(definition: AnyDestinationDefinition, errors: unknown[]): AnyDestinationDefinition {
  return {
    ...definition,
    verify: async (context) => {
      try {
        await definition.verify(context);
      } catch (error) {
        errors.push(error);
        throw error;
      }
    },
  };
}

/** A folder's URL as a path without a slash at its end. */
export function folderPath(folder: URL): string {
  return fileURLToPath(folder).replace(/[/\\]$/, '');
}
