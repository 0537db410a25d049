import {
  timeLimitOf,
  type AttemptOutcome,
  type DeliverRequest,
  type DestinationTypeFacts,
  type FieldProblem,
  type OpenDestination,
  type PollRequest,
} from '@patchbay/core';
import { createHttpClient } from '@patchbay/http';
import {
  DeliveryError,
  isDeliveryError,
  isJson,
  isJsonObject,
  personalPaths,
  secretPaths,
  toInstance,
  type DestinationContext,
  type DestinationLimits,
  type JsonObject,
  type Token,
} from '@patchbay/plugin-sdk';
import type { DiscoveredPlugin } from '../discovery/discovered-plugin.js';
import { deliveryValues, sensitiveValues } from '../redaction/sensitive-values.js';
import { compileClass, type CompiledClass } from '../validation/compile-schema.js';
import type { HostPorts } from './host-ports.js';
import { PluginCall } from './plugin-call.js';
import {
  asTransient,
  LockUnavailableError,
  preventedOutcome,
  toDeliveryError,
  withoutBody,
  type FailedCall,
} from './plugin-failure.js';
import { acceptedOutcome, attemptRequest, failedOutcome, polledOutcome } from './outcome.js';
import type { CachedToken, TokenCache } from './token-cache.js';

const NO_POLL =
  'This plugin no longer has a poll function, so the outcome of the message is unknown. Install a version with poll.';

/** Values of a destination that all its calls use. */
interface PreparedDestination {
  /** Instances of the plugin's classes. */
  readonly credentials: object;
  readonly settings: object;
  /** Values to redact. */
  readonly secrets: readonly string[];
  readonly timeLimitMs: number;
}

/** Runtime of one plugin: validates values, runs `deliver`, `poll` and `verify` once, and returns their outcome. */
export class PluginRuntime {
  readonly credentials: CompiledClass;
  readonly settings: CompiledClass;
  readonly message: CompiledClass;
  readonly facts: DestinationTypeFacts;
  private readonly personal: readonly string[];
  private readonly prepared = new WeakMap<OpenDestination, PreparedDestination>();

  constructor(
    readonly plugin: DiscoveredPlugin,
    readonly ports: HostPorts,
    private readonly tokens: TokenCache,
  ) {
    const { definition } = plugin;
    this.credentials = compileClass(definition.credentials, 'refused');
    this.settings = compileClass(definition.settings, 'refused');
    this.message = compileClass(definition.message);
    this.personal = personalPaths(definition.message);
    this.facts = {
      type: definition.type,
      limits: (settings) => this.limits(settings),
      category: definition.category,
      hasStatusCallback: definition.statusCallback !== undefined,
      idempotent: (settings) => this.isIdempotent(settings),
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

  /** Runs one attempt of one delivery. Never throws. */
  async deliver(request: DeliverRequest): Promise<AttemptOutcome> {
    const { destination, message } = request;
    if (!isJsonObject(message)) {
      return { kind: 'mapping', message: 'The mapping did not produce an object. Correct it in the subscription.' };
    }
    const prepared = this.prepared.get(destination) ?? this.prepare(destination);
    const call = new PluginCall(prepared.timeLimitMs, request.signal, request.beforeWrite, () => [
      ...prepared.secrets,
      ...deliveryValues(request, message, this.personal),
    ]);
    const { definition } = this.plugin;
    try {
      const own = toInstance(definition.message, message);
      const { event, delivery } = request;
      const context = Object.assign(this.contextFor(destination, prepared, call), { event, delivery });
      const result = await Promise.race([definition.deliver(context, own), call.abandoned]);
      return Object.assign(acceptedOutcome(call, result, definition.poll !== undefined), attemptRequest(call));
    } catch (error) {
      const failed: FailedCall = { call, definition, destination, deliveryId: request.delivery.id };
      const { logger } = this.ports;
      return (
        preventedOutcome(error, failed, logger) ??
        Object.assign(failedOutcome(call, toDeliveryError(error, failed, logger)), attemptRequest(call))
      );
    } finally {
      call.done();
    }
  }

  /** Requests the outcome of a pending message. Never throws. A failed poll does not decide the outcome of the message. */
  async poll({ destination, deliveryId, externalId, beforeWrite, signal }: PollRequest): Promise<AttemptOutcome> {
    const prepared = this.prepared.get(destination) ?? this.prepare(destination);
    const call = new PluginCall(prepared.timeLimitMs, signal, beforeWrite, () => prepared.secrets);
    const { definition } = this.plugin;
    try {
      if (definition.poll === undefined) throw new DeliveryError('transient', NO_POLL);
      const context = this.contextFor(destination, prepared, call);
      const result = await Promise.race([definition.poll(context, { externalId, deliveryId }), call.abandoned]);
      const outcome = polledOutcome(result, externalId);
      if (outcome === undefined) throw new TypeError('poll() of the plugin returned an invalid result');
      return outcome;
    } catch (error) {
      const failed: FailedCall = { call, definition, destination, deliveryId };
      const { logger } = this.ports;
      return (
        preventedOutcome(error, failed, logger) ??
        withoutBody(failedOutcome(call, asTransient(toDeliveryError(error, failed, logger))))
      );
    } finally {
      call.done();
    }
  }

  /** Tests a destination's credentials. Never throws. The outcome `accepted` means that the credentials work. */
  async verify(destination: OpenDestination, signal: AbortSignal): Promise<AttemptOutcome> {
    const prepared = this.prepared.get(destination) ?? this.prepare(destination);
    const call = new PluginCall(prepared.timeLimitMs, signal, undefined, () => prepared.secrets);
    const { definition } = this.plugin;
    try {
      await Promise.race([definition.verify(this.contextFor(destination, prepared, call)), call.abandoned]);
      return { kind: 'accepted' };
    } catch (error) {
      const failed: FailedCall = { call, definition, destination, deliveryId: null };
      return failedOutcome(call, asTransient(toDeliveryError(error, failed, this.ports.logger)));
    } finally {
      call.done();
    }
  }

  private limits(settings: JsonObject): DestinationLimits {
    const { limits, settings: target } = this.plugin.definition;
    return typeof limits === 'function' ? limits(toInstance(target, settings)) : (limits ?? {});
  }

  private isIdempotent(settings: JsonObject): boolean {
    const { dedupes, idempotent = dedupes, settings: target } = this.plugin.definition;
    return typeof idempotent === 'function' ? idempotent(toInstance(target, settings)) : (idempotent ?? false);
  }

  /** Creates a destination's instances and finds its secrets, once per decrypted destination. */
  private prepare(destination: OpenDestination): PreparedDestination {
    const { definition } = this.plugin;
    const { credentials, settings } = destination;
    const timeoutMs = destination.timeoutMs ?? this.limits(settings).timeoutMs;
    const prepared: PreparedDestination = {
      credentials: toInstance(definition.credentials, credentials),
      settings: toInstance(definition.settings, settings),
      secrets: [
        ...sensitiveValues(credentials, secretPaths(definition.credentials)),
        ...sensitiveValues(settings, secretPaths(definition.settings)),
      ],
      timeLimitMs: timeLimitOf(timeoutMs === undefined ? {} : { timeoutMs }),
    };
    this.prepared.set(destination, prepared);
    return prepared;
  }

  private contextFor(
    destination: OpenDestination,
    { credentials, settings }: PreparedDestination,
    call: PluginCall,
  ): DestinationContext<object, object> {
    const { egress, userAgent, clock } = this.ports;
    return {
      credentials,
      settings,
      http: createHttpClient({
        egress,
        userAgent,
        signal: call,
        onRequest: call.recordRequest,
        beforeWrite: call.checkWrite,
        onSent: call.recordSent,
      }),
      logger: {
        info: (message, fields) => {
          this.log('info', message, fields, destination, call);
        },
        warn: (message, fields) => {
          this.log('warn', message, fields, destination, call);
        },
      },
      now: () => clock.now(),
      get signal() {
        return call.signal;
      },
      lock: (key, fn) => this.locked(`${destination.id}\0${key}`, fn, call),
      token: (key, fetch) => this.token(`${destination.id}\0${destination.version}\0${key}`, fetch, call),
    };
  }

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
        : new LockUnavailableError(
            'The database did not grant the lock that the plugin requested. The hub retries the delivery.',
            { cause: error },
          );
    };
    return this.ports.locks.run(key, run, call.signal).catch(failed).finally(endWait);
  }

  /**
   * Returns a cached or fetched token. If the shared fetch of another call fails, this call fetches once itself. The
   * other call may have failed only because of its own time limit.
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
      throw isDeliveryError(error) ? asTransient(error) : error;
    } finally {
      endWait();
    }
  }
}
