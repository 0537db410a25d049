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
import { SensitiveValues, sensitiveValues } from '../redaction/sensitive-values.js';
import { compileClass, type CompiledClass } from '../validation/compile-schema.js';
import { AbandonedError, PluginCall } from './plugin-call.js';
import type { HostPorts } from './host-ports.js';
import { acceptedOutcome, attemptRequest, failedOutcome, polledOutcome } from './outcome.js';
import type { CachedToken, TokenCache } from './token-cache.js';

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
    const call = new PluginCall(prepared.timeLimitMs, request.signal, request.beforeWrite, () =>
      this.sensitiveValuesOf(request, message, prepared),
    );
    const { definition } = this.plugin;
    try {
      const own = toInstance(definition.message, message);
      const { event, delivery } = request;
      const context = Object.assign(this.contextFor(destination, prepared, call), { event, delivery });
      const result = await Promise.race([definition.deliver(context, own), call.abandoned]);
      return Object.assign(acceptedOutcome(call, result, definition.poll !== undefined), attemptRequest(call));
    } catch (error) {
      if (call.refusal !== undefined && !call.wasSent) return call.refusal;
      if (error instanceof LockUnavailableError) return this.internalError(error, destination, request.delivery.id);
      const failed = failedOutcome(call, this.toDeliveryError(error, call, destination, request.delivery.id));
      return Object.assign(failed, attemptRequest(call));
    } finally {
      call.done();
    }
  }

  /** Requests the outcome of a pending message. Never throws. A failed poll does not decide the outcome of the message. */
  async poll({ destination, deliveryId, externalId, beforeWrite, signal }: PollRequest): Promise<AttemptOutcome> {
    const prepared = this.prepared.get(destination) ?? this.prepare(destination);
    const call = new PluginCall(prepared.timeLimitMs, signal, beforeWrite, () => prepared.secrets);
    try {
      const { definition } = this.plugin;
      if (definition.poll === undefined) throw new DeliveryError('transient', NO_POLL);
      const context = this.contextFor(destination, prepared, call);
      const result = await Promise.race([definition.poll(context, { externalId, deliveryId }), call.abandoned]);
      const outcome = polledOutcome(result, externalId);
      if (outcome === undefined) throw new TypeError('poll() of the plugin returned an invalid result');
      return outcome;
    } catch (error) {
      if (call.refusal !== undefined && !call.wasSent) return call.refusal;
      if (error instanceof LockUnavailableError) return this.internalError(error, destination, deliveryId);
      const named = asTransient(this.toDeliveryError(error, call, destination, deliveryId));
      return withoutBody(failedOutcome(call, named));
    } finally {
      call.done();
    }
  }

  /** Tests a destination's credentials. Never throws; `accepted` means that they work. */
  async verify(destination: OpenDestination, signal: AbortSignal): Promise<AttemptOutcome> {
    const prepared = this.prepared.get(destination) ?? this.prepare(destination);
    const call = new PluginCall(prepared.timeLimitMs, signal, undefined, () => prepared.secrets);
    try {
      await Promise.race([this.plugin.definition.verify(this.contextFor(destination, prepared, call)), call.abandoned]);
      return { kind: 'accepted' };
    } catch (error) {
      return failedOutcome(call, asTransient(this.toDeliveryError(error, call, destination, null)));
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

  /** Returns the values of a delivery that its outcome and log lines must not contain. */
  private sensitiveValuesOf(
    request: DeliverRequest,
    message: JsonObject,
    { secrets }: PreparedDestination,
  ): readonly string[] {
    const { enriched = {}, recipient = {} } = request.lookedUp ?? {};
    // One set removes duplicates: a value in both the message and the lookups is searched for once.
    const found = new SensitiveValues();
    found.addAt(message, this.personal);
    found.addAll([recipient, enriched]);
    found.addAll(request.personal ?? []);
    return [...secrets, ...found.values, ...callbackToken(request.delivery.statusCallbackUrl)];
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
   * Returns a cached or fetched token. If the shared fetch of another call fails, this call fetches once itself,
   * because the other call may have reached its time limit.
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

  /**
   * Converts any thrown value to a DeliveryError. Any other error is a bug of the plugin and is logged without its
   * message.
   */
  private toDeliveryError(
    error: unknown,
    call: PluginCall,
    destination: OpenDestination,
    deliveryId: string | null,
  ): DeliveryError {
    if (isDeliveryError(error)) return error;
    const own = this.classified(error);
    if (own !== undefined) return own;
    if (call.aborted) {
      return call.mayHaveBeenSent
        ? new DeliveryError(
            'unconfirmed',
            'The attempt was stopped after a request was sent, so the vendor may have received the message. Check ' +
              'with the vendor before you send it again.',
          )
        : new DeliveryError(
            'transient',
            'The attempt was stopped before a request was sent. The hub retries the delivery.',
          );
    }
    const name = error instanceof Error ? error.name : typeof error;
    this.ports.logger.error(
      { type: destination.type, destinationId: destination.id, deliveryId, error: name, stack: frames(error) },
      'plugin threw an error that is not a DeliveryError',
    );
    const text =
      `The plugin ${destination.type} failed with an unexpected ${name}. Find its stack in the log and ` +
      'fix the plugin.';
    return new DeliveryError(call.wasSent ? 'unconfirmed' : 'transient', text);
  }

  /** Reports a failure of the hub before the plugin could send. The attempt does not count. */
  private internalError(
    error: LockUnavailableError,
    { id, type }: OpenDestination,
    deliveryId: string,
  ): AttemptOutcome {
    this.ports.logger.error({ type, destinationId: id, deliveryId, err: error.cause }, 'lock request failed');
    return {
      kind: 'internal_error',
      message: 'The database did not grant a lock that the plugin needs. The hub retries the delivery.',
    };
  }

  private classified(error: unknown): DeliveryError | undefined {
    if (error instanceof AbandonedError) return undefined;
    try {
      const named: unknown = this.plugin.definition.classify?.(error);
      return isDeliveryError(named) ? named : undefined;
    } catch {
      return undefined;
    }
  }
}

const NO_POLL =
  'This plugin no longer has a poll function, so the outcome of the message is unknown. Install a version with poll.';

/** Error thrown into the plugin if its lock request fails, and recognised when the plugin rethrows it. */
class LockUnavailableError extends Error {
  override readonly name = 'LockUnavailableError';
}

/** Replaces `unconfirmed` by `transient` for calls that send no message. */
function asTransient(error: DeliveryError): DeliveryError {
  if (error.kind !== 'unconfirmed') return error;
  const { response } = error;
  return new DeliveryError('transient', error.message, response === undefined ? {} : { response });
}

/** Removes the vendor's body. During a poll the message is not available, so its values could not be redacted. */
function withoutBody(outcome: AttemptOutcome): AttemptOutcome {
  if (!('response' in outcome)) return outcome;
  return { ...outcome, response: { status: outcome.response.status } };
}

/** Returns the frames of a stack trace without the error message. */
function frames(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  return error.stack
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, 10);
}

/**
 * Returns the token at the end of the path of a callback URL. The token alone authenticates vendors that do not sign,
 * so that a reader of an attempt could forge status updates. The rest of the URL is not secret and occurs in many
 * responses.
 */
function callbackToken(url: string | undefined): readonly string[] {
  if (url === undefined) return [];
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  return [path.slice(path.lastIndexOf('/') + 1)];
}
