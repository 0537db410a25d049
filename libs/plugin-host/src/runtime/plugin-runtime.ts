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

/** One plugin at work: checks values, runs `deliver` and `verify` once, and names what came of it. */
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

  /** Problems of a destination's settings: by the rules of their fields, then by the plugin's own check. */
  checkSettings(settings: JsonObject): readonly FieldProblem[] {
    const problems = this.settings.check(settings);
    const { definition } = this.plugin;
    if (problems.length > 0 || definition.checkSettings === undefined) return problems;
    const own = definition.checkSettings(toInstance(definition.settings, settings));
    return own.map(({ field, message }) => ({ field, message, missing: false }));
  }

  /** One attempt of one delivery. Never throws. */
  async deliver(request: DeliverRequest): Promise<AttemptOutcome> {
    const { destination, message } = request;
    if (!isJsonObject(message)) {
      return { kind: 'mapping', message: 'the mapping made no object; correct it in the subscription' };
    }
    const prepared = this.preparer.prepare(destination);
    const call = new PluginCall(this.limitOf(destination), request.signal, request.beforeWrite);
    const redactor = redactorFor(prepared, call, () => {
      const { enriched = {}, recipient = {} } = request.lookedUp ?? {};
      // Into one set: what stands in the message and was looked up too is looked for in the answer once.
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
      const failed = failedOutcome(this.named(error, call, destination, request.delivery.id), redactor());
      return Object.assign(failed, attemptRequest(call, redactor));
    } finally {
      call.done();
    }
  }

  /** Asks what became of a message that is pending. Never throws; a question that fails says nothing about it. */
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
      if (outcome === undefined) throw new TypeError('poll resolved with something else');
      return outcome;
    } catch (error) {
      if (call.refusal !== undefined && !call.wasSent) return call.refusal;
      if (error instanceof LockUnavailableError) return this.internalError(error, destination, deliveryId);
      const named = asTransient(this.named(error, call, destination, deliveryId));
      return withoutBody(failedOutcome(named, redactor()));
    } finally {
      call.done();
    }
  }

  /** Tests a destination's credentials. Never throws; `accepted` is a pass. */
  async verify(destination: OpenDestination, signal: AbortSignal): Promise<AttemptOutcome> {
    const prepared = this.preparer.prepare(destination);
    const call = new PluginCall(this.limitOf(destination), signal);
    const redactor = redactorFor(prepared, call);
    try {
      const context = this.contextFor(destination, prepared, call, redactor);
      await call.run(() => this.plugin.definition.verify(context));
      return { kind: 'accepted' };
    } catch (error) {
      return failedOutcome(asTransient(this.named(error, call, destination, null)), redactor());
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
    const stopWaiting = call.startWaiting();
    let mine = false;
    const run = (): Promise<T> => {
      mine = true;
      stopWaiting();
      return fn();
    };
    const failed = (error: unknown): never => {
      throw mine || call.stopped ? error : new LockUnavailableError('no lock could be asked for', { cause: error });
    };
    return this.ports.locks.run(key, run, call.signal).catch(failed).finally(stopWaiting);
  }

  /** One that only waited for another's fetch, which failed, tries itself: the other's time may have been up. */
  private async token(key: string, fetch: () => Promise<Token>, call: PluginCall): Promise<CachedToken> {
    const stopWaiting = call.startWaiting();
    let mine = false;
    const fetchHere = (): Promise<Token> => {
      mine = true;
      return fetch();
    };
    const get = (): Promise<CachedToken> => this.tokens.get(key, fetchHere);
    try {
      const token = await get().catch((error: unknown) => {
        if (mine || call.stopped) throw error;
        return get();
      });
      call.tokens.add(token.value);
      return token;
    } catch (error) {
      throw isDeliveryError(error) ? asTransient(error) : error;
    } finally {
      stopWaiting();
    }
  }

  /** Names what was thrown. A plugin that threw something of its own has a bug, which is logged without its words. */
  private named(
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
        ? new DeliveryError('unconfirmed', 'the attempt was stopped; the vendor may have got the message')
        : new DeliveryError('transient', 'the attempt was stopped before anything was sent');
    }
    const name = error instanceof Error ? error.name : typeof error;
    this.ports.logger.error(
      { type: destination.type, destinationId: destination.id, deliveryId, error: name, stack: frames(error) },
      'bug in plugin: it threw something that is no DeliveryError',
    );
    const text = `the plugin ${destination.type} failed with an unexpected ${name}; its log line says where`;
    return new DeliveryError(call.wasSent ? 'unconfirmed' : 'transient', text);
  }

  /** The hub failed before the plugin could do anything: no attempt is counted. */
  private internalError(
    error: LockUnavailableError,
    { id, type }: OpenDestination,
    deliveryId: string,
  ): AttemptOutcome {
    this.ports.logger.error({ type, destinationId: id, deliveryId, err: error.cause }, 'the locks cannot be reached');
    return {
      kind: 'internal_error',
      message: 'The hub could not ask for a lock that the plugin needs; it retries.',
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

const NO_POLL = 'this plugin has no poll any more; the vendor cannot be asked what became of the message';

/** Thrown into the plugin where its lock cannot be asked for, and recognised when it comes back out. */
class LockUnavailableError extends Error {
  override readonly name = 'LockUnavailableError';
}

/** Where no message is at stake, a lost answer is just a failure. */
function asTransient(error: DeliveryError): DeliveryError {
  if (error.kind !== 'unconfirmed') return error;
  const { response } = error;
  return new DeliveryError('transient', error.message, response === undefined ? {} : { response });
}

/** What the message said is not at hand any more, so nothing that a vendor says about it could be redacted. */
function withoutBody(outcome: AttemptOutcome): AttemptOutcome {
  if (!('response' in outcome)) return outcome;
  return { ...outcome, response: { status: outcome.response.status } };
}

/** The lines of a stack that say where, without the error's message. */
function frames(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  return error.stack
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, 10);
}

/**
 * The token at the end of the path, which is all that proves the calls of a vendor that signs nothing: whoever reads an
 * attempt could send us updates in its name. The rest of the URL is no secret, and its beginning stands in many an answer.
 */
function callbackToken(url: string | undefined): readonly string[] {
  if (url === undefined) return [];
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  return [path.slice(path.lastIndexOf('/') + 1)];
}

/** Made when it is first asked for, and again where the plugin has got a token since: that is a secret too. */
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
