import { randomUUID } from 'node:crypto';
import { InProcessLocks, type AttemptOutcome, type Clock, type OpenDestination } from '@patchbay/core';
import { closeConnections, createEgressPolicy } from '@patchbay/http';
import {
  discoverPlugins,
  PluginGateway,
  PluginRuntime,
  startServices,
  TokenCache,
  type DiscoveredPlugin,
  type SharedAwsCredentials,
} from '@patchbay/plugin-host';
import type { AwsCredentials, EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import { startSandbox } from '../sandbox/start-sandbox.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { SandboxDefinition } from '../sandbox/sandbox-definition.js';
import { realTime } from '../sandbox/real-time.js';
import { BenchConnections } from './bench-connections.js';
import { placeOf } from './plugin-under-test.js';
import { PluginWatch } from './plugin-watch.js';
import { sampleEvent } from './sample-events.js';

/** Changes to the sandbox's own sample for one attempt. Each given property replaces that property of the sample. */
export interface TryOptions {
  readonly message?: JsonObject;
  readonly credentials?: JsonObject;
  readonly settings?: JsonObject;
  /** Time limit of the attempt in milliseconds. */
  readonly timeoutMs?: number;
  readonly attempt?: number;
  /** Id of the delivery. If absent, a new id. */
  readonly deliveryId?: string;
  /** False for a hub without a public URL, which sets no `statusCallbackUrl`. */
  readonly hasPublicUrl?: boolean;
  readonly signal?: AbortSignal;
  /** True for a destination that was just changed, so that no cached token is used. */
  readonly isChanged?: boolean;
  /** False for a destination without a connection. Only for plugins with `oauth`. */
  readonly isConnected?: boolean;
}

/**
 * Invented token in place of the token at the end of a destination's callback URL. The real token is as secret as a
 * password.
 */
export const CALLBACK_TOKEN = 'invented-token';

/** Callback URL of the suite's destination, as the hub shows it for the vendor's console. */
export const CALLBACK_URL = `https://hub.example.com/v1/callbacks/01890a5d-0000-7000-8000-000000000001/${CALLBACK_TOKEN}`;

/** Time limit of an attempt in milliseconds, unless a test sets its own. Long enough for a busy machine. */
const TIME_LIMIT_MS = 20_000;

/** Returns the callback URL with the delivery id, as the hub passes it with one message. */
function callbackUrlOf(deliveryId: string): string {
  return `${CALLBACK_URL}?delivery=${deliveryId}`;
}

/** Plugin in the real host with the real HTTP client, connected to its vendor's sandbox. */
export class PluginBench {
  private readonly versions = new Map<string, number>();
  private newestVersion = 0;

  private constructor(
    readonly plugin: DiscoveredPlugin,
    readonly gateway: PluginGateway,
    readonly sandbox: Sandbox,
    /** Every line that the host logged. */
    readonly log: readonly string[],
    /** Observed behaviour of the plugin. */
    readonly watch: PluginWatch,
    /** Clock of the hub; a spec may replace its `now`. */
    readonly clock: Clock,
    /** AWS credentials that the hub shares with the brand; none until a spec sets them. */
    readonly hub: { awsCredentials?: AwsCredentials },
    private readonly connections: BenchConnections,
    private readonly end: () => Promise<void>,
  ) {}

  /**
   * Loads the plugin as the hub does, and starts its sandbox.
   * @param where folder of the plugin, or folder of the compiled files in a plugin's package
   */
  static async start(where: URL, definition: SandboxDefinition): Promise<PluginBench> {
    const place = placeOf(where, definition.type);
    const [plugin] = await discoverPlugins(place.locations).finally(place.remove);
    if (plugin === undefined) throw new Error(`${where.href} contains no plugin. Add an index.ts.`);
    const log: string[] = [];
    const write = (level: string) => (fields: object, message: string) => {
      log.push(`${level} ${message} ${JSON.stringify(fields)}`);
    };
    const logger = { info: write('info'), warn: write('warn'), error: write('error') };
    const egress = createEgressPolicy('127.0.0.1/32');
    const watch = new PluginWatch();
    const watched = { ...plugin, definition: watch.observe(plugin.definition) };
    const clock: Clock = { now: realTime };
    const hub: { awsCredentials?: AwsCredentials } = {};
    const oauth = new BenchConnections();
    const ports = { egress, logger, locks: new InProcessLocks(), clock, oauth, awsCredentials: sharedBy(hub) };
    const services = await startServices([watched], ports);
    const runtime = new PluginRuntime(watched, ports, new TokenCache(() => clock.now()), services.get(definition.type));
    const { sandbox, stop } = await startSandbox(definition);
    const gateway = new PluginGateway([runtime], logger);
    return new PluginBench(plugin, gateway, sandbox, log, watch, clock, hub, oauth, async () => {
      await gateway.close();
      closeConnections(egress);
      await stop();
    });
  }

  /**
   * Makes one attempt through the gateway. Throws if the message does not fit the plugin's class, because the hub never
   * passes such a message to `deliver`.
   */
  async deliver(options: TryOptions = {}): Promise<AttemptOutcome> {
    const id = options.deliveryId ?? randomUUID();
    const message = this.validMessage({ ...this.sandbox.definition.message, ...options.message });
    const tellsUrl = this.plugin.definition.statusCallback !== undefined && options.hasPublicUrl !== false;
    return this.gateway.deliver({
      destination: this.destination(options),
      message,
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

  /**
   * Makes one call with several messages through the gateway, with settings that switch batches on.
   * @param messages properties that override the sample message, one entry per message
   */
  async deliverBatch(
    messages: readonly JsonObject[],
    { batchId = randomUUID(), ...options }: TryOptions & { readonly batchId?: string } = {},
  ): Promise<readonly AttemptOutcome[]> {
    const { definition, baseUrl } = this.sandbox;
    const settings = { ...definition.batch?.settings?.(baseUrl), ...options.settings };
    return this.gateway.deliverBatch({
      destination: this.destination({ ...options, settings }),
      batchId,
      messages: messages.map((own, index) => {
        const id = `${batchId}-${String(index)}`;
        return {
          message: this.validMessage({ ...definition.message, ...own }),
          event: this.event(),
          delivery: { id, attempt: options.attempt ?? 1, idempotencyKey: id },
        };
      }),
      signal: options.signal ?? new AbortController().signal,
    });
  }

  /** Records the request of the sample message, without sending it. */
  record(): ReturnType<PluginGateway['recordRequest']> {
    const { message } = this.sandbox.definition;
    return this.gateway.recordRequest({ destination: this.destination(), message, event: this.event() });
  }

  /** Polls the outcome of a pending message through the gateway. */
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

  /** Returns a destination that sends to the sandbox. It is connected if the plugin has `oauth`. */
  destination(options: TryOptions = {}): OpenDestination {
    const { credentials, settings, timeoutMs, isChanged = false, isConnected = true } = options;
    const own = {
      credentials: { ...this.sandbox.credentials, ...credentials },
      settings: { ...this.sandbox.settings, ...settings },
    };
    const destination = this.destinationWith(own, isChanged, timeoutMs);
    const { oauth } = this.sandbox.definition;
    if (oauth === undefined) return destination;
    // A connection belongs to the credentials and settings for which a person made it.
    const connecting = {
      ...destination,
      id: `01890a5d-0000-7000-${isConnected ? 8 : 9}000-${idEnd(destination.version)}`,
    };
    const tokenUrl = this.gateway.tokenUrl(connecting);
    if (isConnected && tokenUrl !== undefined) {
      this.connections.connect(connecting, oauth, tokenUrl, credentials !== undefined);
    }
    return connecting;
  }

  private destinationWith(
    own: { readonly credentials: JsonObject; readonly settings: JsonObject },
    isChanged: boolean,
    timeoutMs: number | undefined,
  ): OpenDestination {
    return {
      id: '01890a5d-0000-7000-8000-000000000001',
      brandId: '01890a5d-0000-7000-8000-000000000002',
      brandName: 'acme',
      type: this.plugin.definition.type,
      version: this.versionOf(own, isChanged),
      ...own,
      timeoutMs: timeoutMs ?? TIME_LIMIT_MS,
    };
  }

  async stop(): Promise<void> {
    await this.end();
  }

  private validMessage(message: JsonObject): JsonObject {
    const { type } = this.plugin.definition;
    const problems = this.gateway.checkMessage(type, message);
    if (problems.length === 0) return message;
    throw new Error(
      `The message does not fit the message class of ${type}: ` +
        `${problems.map(({ field, message: why }) => `${field} ${why}`).join('; ')}. Correct the message. To test that ` +
        'the class refuses a message, call `bench.gateway.checkMessage`.',
    );
  }

  /**
   * Returns the version of the destination. As in the hub, different credentials or settings are a different version.
   * Therefore a token of the valid credentials is never used with wrong credentials.
   */
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

function idEnd(version: number): string {
  return String(version).padStart(12, '0');
}

/** Shares the credentials of a spec with the brand of the bench. */
function sharedBy(hub: { readonly awsCredentials?: AwsCredentials }): SharedAwsCredentials {
  return {
    get brands() {
      return hub.awsCredentials === undefined ? [] : ['acme'];
    },
    fetch: () =>
      hub.awsCredentials === undefined
        ? Promise.reject(new Error('The spec has set no credentials.'))
        : Promise.resolve(hub.awsCredentials),
  };
}
