import { timeLimitOf, type DestinationTypeFacts, type FieldProblem, type OpenDestination } from '@patchbay/core';
import { createHttpClient, RequestChecks } from '@patchbay/http';
import {
  DeliveryError,
  deliveryErrorIn,
  isDeliveryError,
  isJson,
  secretPaths,
  toInstance,
  type AccessToken,
  type BatchLimits,
  type DestinationLimits,
  type HttpClient,
  type JsonObject,
  type ServiceToken,
  type Token,
} from '@patchbay/plugin-sdk';
import type { DiscoveredPlugin } from '../discovery/discovered-plugin.js';
import { ConnectionTokens, NOT_CONNECTED } from '../oauth/connection-tokens.js';
import { oauthClientOf, type OAuthClient } from '../oauth/oauth-client.js';
import { sensitiveValues } from '../redaction/sensitive-values.js';
import { compileClass, type CompiledClass } from '../validation/compile-schema.js';
import { batchLimitsProblem } from './batch-limits.js';
import { CallContext } from './call-context.js';
import { ConnectionPool } from './connection-pool.js';
import type { HostPorts } from './host-ports.js';
import { connectionsOf } from './plugin-connections.js';
import { shareAwsCredentials } from './share-aws-credentials.js';
import type { PluginCall } from './plugin-call.js';
import { PluginActions } from './plugin-actions.js';
import { recordedUrl } from './outcome.js';
import { asTransient, HubUnavailableError } from './plugin-failure.js';
import type { PluginServices } from './plugin-services.js';
import { sandboxOf, type Sandbox } from './sandbox.js';
import { tracedHttpClient } from './traced-http-client.js';
import type { CachedToken, TokenCache } from './token-cache.js';

/** Time limit of a token request, in milliseconds. */
const TOKEN_REQUEST_LIMIT_MS = 10_000;

/** Values of a destination that all its calls use. */
export interface PreparedDestination {
  /** Instances of the plugin's classes. */
  readonly credentials: object;
  readonly settings: object;
  /** Values that must be redacted. */
  readonly secrets: readonly string[];
  /** Checks of the requests of all calls. */
  readonly checks: RequestChecks;
  readonly timeLimitMs: number;
  /** True if the plugin sends the messages of the destination by `deliverBatch`. */
  readonly sendsBatches: boolean;
}

/** Runtime of one plugin: its compiled classes, its facts, its destinations, and the context of its calls. */
export class PluginRuntime {
  readonly credentials: CompiledClass;
  readonly settings: CompiledClass;
  readonly actions: PluginActions;
  readonly facts: DestinationTypeFacts;
  /** Sandbox that the calls of this plugin reach instead of the vendor. Undefined except in the demo. */
  readonly sandbox: Sandbox | undefined;
  /** Tokens of the connected destinations. Undefined if the plugin has no `oauth`. */
  readonly oauthTokens: ConnectionTokens | undefined;
  /** Destinations for which {@link prepare} was called. */
  readonly prepared = new WeakMap<OpenDestination, PreparedDestination>();
  /** Open connections of the destinations, for a protocol other than HTTP. */
  readonly connections: ConnectionPool;

  constructor(
    readonly plugin: DiscoveredPlugin,
    readonly ports: HostPorts,
    private readonly tokens: TokenCache,
    /** Services of the plugin. Undefined if it has no module. */
    readonly services?: PluginServices,
  ) {
    const { definition } = plugin;
    this.connections = new ConnectionPool(ports.egress);
    this.credentials = compileClass(definition.credentials, 'refused');
    this.settings = compileClass(definition.settings, 'refused');
    this.actions = new PluginActions(definition);
    this.sandbox = sandboxOf(definition, ports.sandboxes?.[definition.type]);
    this.oauthTokens = this.createOAuthTokens();
    this.facts = {
      type: definition.type,
      limits: (settings) => this.limits(settings),
      messaging: definition.messaging,
      quotaExcess: definition.quotaExcess ?? 'wait',
      hasStatusCallback: definition.statusCallback !== undefined,
      idempotent: (settings) => this.isIdempotent(settings),
      batch: (settings) => this.batch(settings),
      addressPathsOf: (message) => this.actions.of(message)?.addressPaths ?? [],
      preset: (eventType) => plugin.presets.get(eventType) ?? plugin.presets.get('*'),
    };
  }

  /**
   * Returns problems of a destination's settings: from the rules of the fields first, then from the plugin's own check.
   */
  checkSettings(settings: JsonObject): readonly FieldProblem[] {
    const problems = this.settings.check(settings);
    const { definition } = this.plugin;
    if (problems.length > 0 || definition.checkSettings === undefined) return problems;
    const own = definition.checkSettings(toInstance(definition.settings, settings));
    return own.map(({ field, message }) => ({ field, message, missing: false }));
  }

  /** Returns the settings that the plugin gets: the settings of the destination, with the defaults of the sandbox. */
  effectiveSettings(settings: JsonObject): JsonObject {
    return { ...this.sandbox?.defaults, ...settings };
  }

  /** Creates a destination's instances and finds its secrets, once per decrypted destination. */
  prepare(destination: OpenDestination): PreparedDestination {
    const { definition } = this.plugin;
    const { credentials, settings } = destination;
    const timeoutMs = destination.timeoutMs ?? this.limits(settings).timeoutMs;
    const prepared: PreparedDestination = {
      credentials: toInstance(definition.credentials, credentials),
      settings: toInstance(definition.settings, this.effectiveSettings(settings)),
      secrets: [
        ...sensitiveValues(credentials, secretPaths(definition.credentials)),
        ...sensitiveValues(settings, secretPaths(definition.settings)),
      ],
      checks: new RequestChecks(),
      timeLimitMs: timeLimitOf(timeoutMs === undefined ? {} : { timeoutMs }),
      sendsBatches: this.batch(settings) !== undefined,
    };
    this.prepared.set(destination, prepared);
    return prepared;
  }

  /**
   * Returns the OAuth client of a destination. Undefined if the plugin has no `oauth`.
   * @throws DeliveryError `credentials` if the plugin returns an invalid URL for the settings
   */
  oauthClient(destination: OpenDestination): OAuthClient | undefined {
    const { oauth } = this.plugin.definition;
    if (oauth === undefined) return undefined;
    const { settings } = this.prepared.get(destination) ?? this.prepare(destination);
    return oauthClientOf(oauth, settings, destination.credentials);
  }

  /** Creates an HTTP client for token requests. */
  tokenHttp(signal: AbortSignal): HttpClient {
    const { egress, userAgent } = this.ports;
    return createHttpClient({ egress, userAgent, signal, timeoutMs: TOKEN_REQUEST_LIMIT_MS });
  }

  /** Creates the context of one call. */
  contextFor(
    destination: OpenDestination,
    { credentials, settings, checks }: PreparedDestination,
    call: PluginCall,
  ): CallContext {
    const { egress, userAgent, clock } = this.ports;
    const http = createHttpClient({
      egress,
      userAgent,
      checks,
      signal: call,
      onRequest: call.recordRequest,
      beforeWrite: call.checkWrite,
      onSent: call.recordSent,
    });
    const { trace } = call;
    return new CallContext(
      {
        credentials,
        settings,
        http: trace === undefined ? http : tracedHttpClient(http, trace, (url) => recordedUrl(call, url)),
        connections: connectionsOf(this.connections, destination, call),
        logger: {
          info: (message, fields) => {
            this.log('info', message, fields, destination, call);
          },
          warn: (message, fields) => {
            this.log('warn', message, fields, destination, call);
          },
        },
        now: clock.now.bind(clock),
        lock: (key, fn) => this.locked(`${destination.id}\0${key}`, fn, call),
        token: (key, fetch) => this.token(`${destination.id}\0${destination.version}\0${key}`, fetch, call),
        accessToken: () => this.accessToken(destination, call),
        awsCredentials: () => shareAwsCredentials(this.ports.awsCredentials, destination, call),
        get: this.service,
      },
      call,
    );
  }

  private readonly service = <T>(token: ServiceToken<T>): T => {
    if (this.services !== undefined) return this.services.get(token);
    throw new Error(`The plugin ${this.facts.type} has no module. Add "module" to its definition.`);
  };

  /** Writes a log line of the plugin, redacted. */
  private log(
    level: 'info' | 'warn',
    message: string,
    fields: JsonObject | undefined,
    { type, id }: OpenDestination,
    call: PluginCall,
  ): void {
    const details = isJson(fields ?? {}) ? call.redact(JSON.stringify(fields ?? {}), 2_000) : '';
    this.ports.logger[level]({ type, destinationId: id, details }, call.redact(message, 500));
  }

  private locked<T>(key: string, fn: () => Promise<T>, call: PluginCall): Promise<T> {
    const endWait = call.startWaiting();
    let started = false;
    const run = (): Promise<T> => {
      started = true;
      endWait();
      return fn();
    };
    const failed = (error: unknown): never => {
      throw started || call.aborted
        ? error
        : new HubUnavailableError(
            'The database did not grant a lock that the plugin needs. The hub retries the delivery.',
            { cause: error },
          );
    };
    return this.ports.locks.run(key, run, call.signal).catch(failed).finally(endWait);
  }

  /**
   * Returns a cached or fetched token. This call may share the fetch of another call. If that fetch fails, this call
   * fetches once itself, because the other call may have failed only at its own time limit.
   */
  private async token(key: string, fetch: () => Promise<Token>, call: PluginCall): Promise<CachedToken> {
    const endWait = call.startWaiting();
    let started = false;
    const fetchHere = (): Promise<Token> => {
      started = true;
      return fetch();
    };
    const get = (): Promise<CachedToken> => this.tokens.get(key, fetchHere);
    try {
      const token = await get().catch((error: unknown) => {
        if (started || call.aborted) throw error;
        return get();
      });
      call.tokens.add(token.value);
      return token;
    } catch (error) {
      const known = deliveryErrorIn(error);
      throw known === undefined ? error : asTransient(known);
    } finally {
      endWait();
    }
  }

  private createOAuthTokens(): ConnectionTokens | undefined {
    const { oauth: store, locks, clock } = this.ports;
    if (this.plugin.definition.oauth === undefined || store === undefined) return undefined;
    return new ConnectionTokens({ store, locks, clock, http: (signal) => this.tokenHttp(signal) });
  }

  /** Returns the access token of a connected destination. Requests of a refresh do not count as sending the message. */
  private async accessToken(destination: OpenDestination, call: PluginCall): Promise<AccessToken> {
    const { oauthTokens } = this;
    const client = this.oauthClient(destination);
    if (oauthTokens === undefined || client === undefined) throw new DeliveryError('credentials', NOT_CONNECTED);
    const endWait = call.startWaiting();
    try {
      const { tokens, version } = await oauthTokens.current(destination.id, client);
      call.tokens.add(tokens.accessToken);
      return { value: tokens.accessToken, drop: () => oauthTokens.drop(destination.id, version) };
    } catch (error) {
      if (isDeliveryError(error)) throw error;
      throw new HubUnavailableError('The hub could not read the token that the plugin needs. The hub retries.', {
        cause: error,
      });
    } finally {
      endWait();
    }
  }

  private limits(settings: JsonObject): DestinationLimits {
    const { limits, settings: target } = this.plugin.definition;
    if (typeof limits !== 'function') return limits ?? {};
    // If `limits` throws, the limits of the vendor are unknown, so allow only one call at a time.
    return this.orIfThrown('limits', () => limits(toInstance(target, settings)), { concurrency: 1 });
  }

  /** Returns the limits of batches. Undefined if there are none, or if the function of the plugin failed. */
  private batch(settings: JsonObject): BatchLimits | undefined {
    const { batch, settings: target } = this.plugin.definition;
    if (typeof batch !== 'function') return batch;
    const limits = this.orIfThrown('batch', () => batch(toInstance(target, settings)), undefined);
    const details = limits === undefined ? undefined : batchLimitsProblem(limits);
    if (details === undefined) return limits;
    const { type } = this.plugin.definition;
    this.ports.logger.warn({ type, details }, 'plugin returned invalid limits of batches, sending single messages');
    return undefined;
  }

  private isIdempotent(settings: JsonObject): boolean {
    const { idempotent, settings: target } = this.plugin.definition;
    if (typeof idempotent !== 'function') return idempotent ?? false;
    return this.orIfThrown('idempotent', () => idempotent(toInstance(target, settings)), false);
  }

  /**
   * Runs a function of the plugin's definition, and returns `fallback` if the function throws. Deliveries that have been
   * sent must be settled even if the plugin is faulty. The log line contains no message, because it may contain values.
   */
  private orIfThrown<T>(name: string, run: () => T, fallback: T): T {
    try {
      return run();
    } catch (error) {
      const type = this.plugin.definition.type;
      const details = error instanceof Error ? error.name : typeof error;
      this.ports.logger.warn(
        { type, details },
        `function "${name}" of the plugin failed, using ${JSON.stringify(fallback)}`,
      );
      return fallback;
    }
  }
}
