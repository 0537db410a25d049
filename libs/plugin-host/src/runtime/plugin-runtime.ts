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
  toInstance,
  type DestinationContext,
  type DestinationLimits,
  type HttpClient,
  type JsonObject,
  type PluginLogger,
  type Token,
} from '@patchbay/plugin-sdk';
import type { DiscoveredPlugin } from '../discovery/discovered-plugin.js';
import { Redactor } from '../redaction/redactor.js';
import { SensitiveValues } from '../redaction/sensitive-values.js';
import { compileClass, type CompiledClass } from '../validation/compile-schema.js';
import { AbandonedError, PluginCall } from './plugin-call.js';
import type { HostPorts } from './host-ports.js';
import { DestinationPreparer, type PreparedDestination } from './destination-preparer.js';
import { acceptedOutcome, attemptRequest, failedOutcome, polledOutcome } from './outcome.js';
import type { CachedToken, TokenCache } from './token-cache.js';

/** Runtime of one plugin: validates values, runs `deliver`, `poll` and `verify` once, and returns their outcome. */
export class PluginRuntime {
  readonly credentials: CompiledClass;
  readonly settings: CompiledClass;
  readonly message: CompiledClass;
  readonly facts: DestinationTypeFacts;
  private readonly personal: readonly string[];
  private readonly preparer: DestinationPreparer;

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
    this.preparer = new DestinationPreparer(definition);
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
    const prepared = this.preparer.prepare(destination);
    const call = new PluginCall(this.limitOf(destination), request.signal, request.beforeWrite);
    const redactor = redactorFor(prepared, call, () => {
      const { enriched = {}, recipient = {} } = request.lookedUp ?? {};
      // One set removes duplicates: a value in both the message and the lookups is searched for once.
      const found = new SensitiveValues();
      found.addAt(message, this.personal);
      found.addAll([recipient, enriched]);
      found.addAll(request.personal ?? []);
      return [...found.values, ...callbackToken(request.delivery.statusCallbackUrl)];
    });
    try {
      const own = toInstance(this.plugin.definition.message, message);
      const { event, delivery } = request;
      const context = Object.assign(this.contextFor(destination, prepared, call, redactor), { event, delivery });
      const result = await call.run(() => this.plugin.definition.deliver(context, own));
      const accepted = acceptedOutcome(result, redactor, this.plugin.definition.poll !== undefined);
      return Object.assign(accepted, attemptRequest(call, redactor));
    } catch (error) {
      if (call.refusal !== undefined && !call.wasSent) return call.refusal;
      if (error instanceof LockUnavailableError) return this.internalError(error, destination, request.delivery.id);
      const failed = failedOutcome(this.toDeliveryError(error, call, destination, request.delivery.id), redactor());
      return Object.assign(failed, attemptRequest(call, redactor));
    } finally {
      call.done();
    }
  }

  /** Requests the outcome of a pending message. Never throws. A failed poll does not decide the outcome of the message. */
  async poll({ destination, deliveryId, externalId, beforeWrite, signal }: PollRequest): Promise<AttemptOutcome> {
    const prepared = this.preparer.prepare(destination);
    const call = new PluginCall(this.limitOf(destination), signal, beforeWrite);
    const redactor = redactorFor(prepared, call);
    try {
      const { definition } = this.plugin;
      if (definition.poll === undefined) throw new DeliveryError('transient', NO_POLL);
      const context = this.contextFor(destination, prepared, call, redactor);
      const result = await call.run(async () => definition.poll?.(context, { externalId, deliveryId }));
      const outcome = polledOutcome(result, externalId);
      if (outcome === undefined) throw new TypeError('poll() of the plugin returned an invalid result');
      return outcome;
    } catch (error) {
      if (call.refusal !== undefined && !call.wasSent) return call.refusal;
      if (error instanceof LockUnavailableError) return this.internalError(error, destination, deliveryId);
      const named = asTransient(this.toDeliveryError(error, call, destination, deliveryId));
      return withoutBody(failedOutcome(named, redactor()));
    } finally {
      call.done();
    }
  }

  /** Tests a destination's credentials. Never throws; `accepted` means that they work. */
  async verify(destination: OpenDestination, signal: AbortSignal): Promise<AttemptOutcome> {
    const prepared = this.preparer.prepare(destination);
    const call = new PluginCall(this.limitOf(destination), signal);
    const redactor = redactorFor(prepared, call);
    try {
      const context = this.contextFor(destination, prepared, call, redactor);
      await call.run(() => this.plugin.definition.verify(context));
      return { kind: 'accepted' };
    } catch (error) {
      return failedOutcome(asTransient(this.toDeliveryError(error, call, destination, null)), redactor());
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

  private limitOf(destination: OpenDestination): number {
    const timeoutMs = destination.timeoutMs ?? this.limits(destination.settings).timeoutMs;
    return timeLimitOf(timeoutMs === undefined ? {} : { timeoutMs });
  }

  private contextFor(
    destination: OpenDestination,
    prepared: PreparedDestination,
    call: PluginCall,
    redactor: () => Redactor,
  ): DestinationContext<object, object> {
    return {
      credentials: prepared.credentials,
      settings: prepared.settings,
      http: this.httpFor(call),
      logger: this.loggerFor(destination, redactor),
      now: () => this.ports.clock.now(),
      get signal() {
        return call.signal;
      },
      lock: (key, fn) => this.locked(`${destination.id}\0${key}`, fn, call),
      token: (key, fetch) => this.token(`${destination.id}\0${destination.version}\0${key}`, fetch, call),
    };
  }

  private httpFor(call: PluginCall): HttpClient {
    const { egress, userAgent } = this.ports;
    const client = createHttpClient({
      egress,
      signal: call.stopSource,
      beforeWrite: () => {
        call.checkWrite();
      },
      onSent: () => {
        call.recordSent();
      },
      ...(userAgent === undefined ? {} : { userAgent }),
    });
    return {
      send: (request) => {
        call.recordRequest(request);
        return client.send(request);
      },
      exchange: (request) => {
        call.recordRequest(request);
        return client.exchange(request);
      },
    };
  }

  private loggerFor(destination: OpenDestination, redactor: () => Redactor): PluginLogger {
    const write = (level: 'info' | 'warn', message: string, fields: JsonObject = {}): void => {
      const text = isJson(fields) ? redactor().text(JSON.stringify(fields), 2_000) : '';
      this.ports.logger[level](
        { type: destination.type, destinationId: destination.id, details: text },
        redactor().text(message, 500),
      );
    };
    return {
      info: (message, fields) => {
        write('info', message, fields);
      },
      warn: (message, fields) => {
        write('warn', message, fields);
      },
    };
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
      throw started || call.stopped
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
        if (started || call.stopped) throw error;
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
    if (call.stopped) {
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

/** Creates the redactor on first use, and again after the plugin fetched a token, because the token is secret too. */
function redactorFor(
  { secrets }: PreparedDestination,
  { tokens }: PluginCall,
  personal: () => readonly string[] = () => [],
): () => Redactor {
  let made: { readonly redactor: Redactor; readonly tokens: number } | undefined;
  return () => {
    if (made?.tokens !== tokens.size) {
      made = { redactor: new Redactor([...secrets, ...tokens, ...personal()]), tokens: tokens.size };
    }
    return made.redactor;
  };
}
