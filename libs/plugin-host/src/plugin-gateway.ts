import type {
  AttemptOutcome,
  DeliverBatchRequest,
  DeliverRequest,
  DestinationGateway,
  DestinationTypeFacts,
  FieldProblem,
  MigratedSettings,
  OpenDestination,
  PollRequest,
  SettingsVersions,
} from '@patchbay/core';
import type { MessageShape } from '@patchbay/mapping';
import {
  DeliveryError,
  fieldsOf,
  isDeliveryError,
  secretPaths,
  toInstance,
  type CallbackRequest,
  type Json,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import { destinationTypeInfo, type DestinationTypeInfo } from './destination-type-info.js';
import { authorizeUrlOf, type AuthorizeRequest } from './oauth/authorize-url.js';
import { exchangeCode, type ExchangedCode } from './oauth/exchange-code.js';
import { deliveryValues } from './redaction/sensitive-values.js';
import { deliverBatch } from './runtime/deliver-batch.js';
import type { HostLogger } from './runtime/host-ports.js';
import { acceptedOutcome, attemptRequest, failedOutcome, polledOutcome } from './runtime/outcome.js';
import { loadChoices, type LoadedChoices } from './runtime/load-choices.js';
import { migrateSettings } from './runtime/migrate-settings.js';
import { PluginCall } from './runtime/plugin-call.js';
import type { ConnectionOwner } from './runtime/pooled-connection.js';
import {
  afterServerError,
  asTransient,
  preventedOutcome,
  toDeliveryError,
  withoutBody,
  type FailedCall,
} from './runtime/plugin-failure.js';
import type { PluginRuntime } from './runtime/plugin-runtime.js';
import { recordRequest, type RecordedMessage, type Recording } from './runtime/record-request.js';
import {
  answerHandshake,
  authenticateCallback,
  parseCallback,
  type CallbackUpdates,
} from './runtime/status-callbacks.js';

const NO_PROBLEMS: readonly FieldProblem[] = [];
const NO_POLL =
  'This plugin no longer has a poll function, so the outcome of the message is unknown. Install a version with poll.';

/**
 * Gateway to all plugins by destination type. Runs `deliver`, `poll` and `verify` of a plugin once per call and returns
 * their outcome. Extends core's gateway with functions for the API and for status callbacks.
 */
export class PluginGateway implements DestinationGateway, SettingsVersions {
  private readonly runtimes: Map<string, PluginRuntime>;

  constructor(
    runtimes: readonly PluginRuntime[],
    private readonly logger: HostLogger,
  ) {
    this.runtimes = new Map(runtimes.map((runtime) => [runtime.facts.type, runtime]));
  }

  /** Types of all plugins. */
  get types(): readonly string[] {
    return [...this.runtimes.keys()];
  }

  /**
   * Replaces the plugin of a type, and closes the services of the former plugin. Calls that have begun end with the former
   * plugin and its connections.
   */
  async replace(runtime: PluginRuntime): Promise<void> {
    const { type } = runtime.facts;
    const former = this.runtimes.get(type);
    former?.connections.retireUnless(() => false);
    this.runtimes.set(type, runtime);
    await former?.services?.close();
  }

  /**
   * Closes the connections of destinations that are paused, changed or deleted, after their last call. HTTP requests do
   * not use these connections.
   * @param isCurrent returns true for the current version of a destination that may be called
   */
  retireConnectionsUnless(isCurrent: (owner: ConnectionOwner) => boolean): void {
    for (const { connections } of this.runtimes.values()) connections.retireUnless(isCurrent);
  }

  /** Closes all connections within about a second, and the services of all plugins, after the calls have ended. */
  async close(): Promise<void> {
    const runtimes = [...this.runtimes.values()];
    await Promise.all(runtimes.map(({ connections }) => connections.close()));
    await Promise.all(runtimes.map(async ({ services }) => services?.close()));
  }

  facts(type: string): DestinationTypeFacts | undefined {
    return this.runtimes.get(type)?.facts;
  }

  checkMessage(type: string, message: Json): readonly FieldProblem[] {
    return this.runtimes.get(type)?.actions.check(message) ?? [this.unknown(type)];
  }

  /**
   * Returns the invalid fields that every message of a shape has, so that a mapping can be checked without an event.
   * Empty if no plugin provides the type.
   */
  checkMessageShape(type: string, shape: MessageShape): readonly FieldProblem[] {
    return this.runtimes.get(type)?.actions.checkShape(shape) ?? NO_PROBLEMS;
  }

  checkCredentials(type: string, credentials: JsonObject): readonly FieldProblem[] {
    return this.runtimes.get(type)?.credentials.check(credentials) ?? [this.unknown(type)];
  }

  checkSettings(type: string, settings: JsonObject): readonly FieldProblem[] {
    return this.runtimes.get(type)?.checkSettings(settings) ?? [this.unknown(type)];
  }

  settingsVersion(type: string): number {
    return this.runtimes.get(type)?.plugin.definition.settingsVersion ?? 1;
  }

  migrateSettings(type: string, settings: JsonObject, version: number): MigratedSettings {
    const runtime = this.runtimes.get(type);
    if (runtime === undefined) return { settings };
    return migrateSettings(runtime.plugin.definition, settings, version, (values) => runtime.checkSettings(values));
  }

  /** Runs one attempt of one delivery. Never throws. */
  async deliver(request: DeliverRequest): Promise<AttemptOutcome> {
    const { destination, message, event, delivery } = request;
    const runtime = this.runtimes.get(destination.type);
    if (runtime === undefined) return this.noPlugin(destination.type);
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      return { kind: 'mapping', message: 'The mapping did not produce an object. Correct it in the subscription.' };
    }
    const action = runtime.actions.of(message);
    if (action === undefined) return unknownAction(runtime, message);
    const prepared = runtime.prepared.get(destination) ?? runtime.prepare(destination);
    if (prepared.sendsBatches) return this.deliverAlone(runtime, request, message);
    const sensitive = (): readonly string[] => [
      ...prepared.secrets,
      ...deliveryValues(request, message, action.personal),
    ];
    const call = new PluginCall(prepared.timeLimitMs, request.signal, request.beforeWrite, sensitive, request.trace);
    const { definition } = runtime.plugin;
    try {
      const own = toInstance(action.definition.message, message);
      const context = Object.assign(runtime.contextFor(destination, prepared, call), { event, delivery });
      const result = await Promise.race([action.definition.deliver(context, own), call.abandoned]);
      return Object.assign(acceptedOutcome(call, result, definition.poll !== undefined), attemptRequest(call));
    } catch (error) {
      const failed: FailedCall = { call, definition, destination, deliveryId: delivery.id };
      const prevented = preventedOutcome(error, failed, this.logger);
      if (prevented !== undefined) return prevented;
      const isIdempotent = (): boolean => runtime.facts.idempotent(destination.settings);
      const classified = afterServerError(toDeliveryError(error, failed, this.logger), call, isIdempotent);
      return Object.assign(failedOutcome(call, classified, runtime.ports.clock.now()), attemptRequest(call));
    } finally {
      call.done();
    }
  }

  /** Makes one call with several messages. Never throws. */
  async deliverBatch(request: DeliverBatchRequest): Promise<readonly AttemptOutcome[]> {
    const runtime = this.runtimes.get(request.destination.type);
    if (runtime !== undefined) return deliverBatch(runtime, request, this.logger);
    const outcome = this.noPlugin(request.destination.type);
    return request.messages.map(() => outcome);
  }

  /** Sends a message in a batch of its own, whose id is the idempotency key of the delivery. */
  private async deliverAlone(
    runtime: PluginRuntime,
    request: DeliverRequest,
    message: JsonObject,
  ): Promise<AttemptOutcome> {
    const { event, lookedUp, personal, delivery, ...call } = request;
    const looked = lookedUp === undefined ? {} : { lookedUp };
    const messages = [{ message, event, delivery, ...looked, ...(personal === undefined ? {} : { personal }) }];
    const [outcome] = await deliverBatch(runtime, { ...call, batchId: delivery.idempotencyKey, messages }, this.logger);
    return outcome ?? this.noPlugin(request.destination.type);
  }

  /** Requests the outcome of a pending message. Never throws. A failed poll does not decide the outcome of the message. */
  async poll({
    destination,
    deliveryId,
    externalId,
    beforeWrite,
    signal,
    trace,
  }: PollRequest): Promise<AttemptOutcome> {
    const runtime = this.runtimes.get(destination.type);
    if (runtime === undefined) return this.noPlugin(destination.type);
    const prepared = runtime.prepared.get(destination) ?? runtime.prepare(destination);
    const call = new PluginCall(prepared.timeLimitMs, signal, beforeWrite, () => prepared.secrets, trace);
    const { definition } = runtime.plugin;
    try {
      if (definition.poll === undefined) throw new DeliveryError('transient', NO_POLL);
      const context = runtime.contextFor(destination, prepared, call);
      const result = await Promise.race([definition.poll(context, { externalId, deliveryId }), call.abandoned]);
      const outcome = polledOutcome(result, externalId);
      if (outcome === undefined) throw new TypeError('poll() of the plugin returned an invalid result');
      return outcome;
    } catch (error) {
      const failed: FailedCall = { call, definition, destination, deliveryId };
      return (
        preventedOutcome(error, failed, this.logger) ??
        withoutBody(
          failedOutcome(call, asTransient(toDeliveryError(error, failed, this.logger)), runtime.ports.clock.now()),
        )
      );
    } finally {
      call.done();
    }
  }

  /** Tests a destination's credentials without sending a message. Never throws. The outcome `accepted` means that the credentials work. */
  async verify(destination: OpenDestination, signal: AbortSignal): Promise<AttemptOutcome> {
    const runtime = this.runtimes.get(destination.type);
    if (runtime === undefined) return this.noPlugin(destination.type);
    const prepared = runtime.prepared.get(destination) ?? runtime.prepare(destination);
    const call = new PluginCall(prepared.timeLimitMs, signal, undefined, () => prepared.secrets);
    const { definition } = runtime.plugin;
    try {
      const context = runtime.contextFor(destination, prepared, call);
      // A plugin may verify without a token, but no message can be sent without one.
      if (definition.oauth !== undefined) await Promise.race([context.accessToken(), call.abandoned]);
      await Promise.race([definition.verify(context), call.abandoned]);
      return { kind: 'accepted' };
    } catch (error) {
      const failed: FailedCall = { call, definition, destination, deliveryId: null };
      return failedOutcome(call, asTransient(toDeliveryError(error, failed, this.logger)), runtime.ports.clock.now());
    } finally {
      call.done();
    }
  }

  /** Returns the names of the settings for which a type's plugin loads values from the vendor. */
  settingsFromVendor(type: string): readonly string[] {
    const settings = this.runtimes.get(type)?.plugin.definition.settings;
    return settings === undefined
      ? []
      : fieldsOf(settings).flatMap(({ name, fromVendor }) => (fromVendor ? [name] : []));
  }

  /** Loads the values that the vendor offers for a setting. Sends no message. Never throws. */
  async choices(destination: OpenDestination, field: string, signal: AbortSignal): Promise<LoadedChoices> {
    const runtime = this.runtimes.get(destination.type);
    if (runtime === undefined) return { ok: false, message: this.unknown(destination.type).message };
    return loadChoices(runtime, destination, field, signal, this.logger);
  }

  /** Returns the request that a plugin would send for a message, without sending it. Never throws. */
  async recordRequest(message: RecordedMessage): Promise<Recording> {
    const { type } = message.destination;
    const runtime = this.runtimes.get(type);
    return runtime === undefined
      ? { request: null, note: this.unknown(type).message }
      : recordRequest(runtime, message);
  }

  /** Returns true if a person connects the destinations of a type at the vendor, by OAuth. */
  hasOAuth(type: string): boolean {
    return this.runtimes.get(type)?.plugin.definition.oauth !== undefined;
  }

  /**
   * Returns the URL of the token endpoint of a destination. Undefined if its type has no `oauth`, or if the plugin returns
   * no valid URL for the settings.
   */
  tokenUrl(destination: OpenDestination): string | undefined {
    try {
      return this.runtimes.get(destination.type)?.oauthClient(destination)?.tokenUrl;
    } catch (error) {
      if (isDeliveryError(error)) return undefined;
      throw error;
    }
  }

  /**
   * Returns the URL of the vendor's page at which a person allows the access. Undefined if the type has no `oauth`.
   * @throws DeliveryError `credentials` if the plugin returns no valid URL for the settings
   */
  authorizeUrl(destination: OpenDestination, request: AuthorizeRequest): string | undefined {
    const client = this.runtimes.get(destination.type)?.oauthClient(destination);
    return client === undefined ? undefined : authorizeUrlOf(client, request);
  }

  /** Exchanges the code of a person who came back from the vendor. Never throws. */
  async exchangeCode(
    destination: OpenDestination,
    code: string,
    { codeVerifier, redirectUri }: Omit<AuthorizeRequest, 'state'>,
  ): Promise<ExchangedCode> {
    const runtime = this.runtimes.get(destination.type);
    if (runtime === undefined) return { ok: false, message: this.unknown(destination.type).message };
    return exchangeCode(runtime, destination, { code, codeVerifier, redirectUri }, this.logger);
  }

  /** Resolves when no refresh of a token runs, so that the hub can close the database. */
  async refreshesDone(): Promise<void> {
    for (const { oauthTokens } of this.runtimes.values()) await oauthTokens?.idle();
  }

  /** Returns every destination type, sorted by name. */
  catalogue(): readonly DestinationTypeInfo[] {
    const all = [...this.runtimes.values()].map(destinationTypeInfo);
    return all.sort((a, b) => (a.type < b.type ? -1 : 1));
  }

  /**
   * Returns the paths of the secrets in a type's credentials and settings, in the format of the SDK's `secretPaths`.
   */
  secretPaths(type: string): { readonly credentials: readonly string[]; readonly settings: readonly string[] } {
    const definition = this.runtimes.get(type)?.plugin.definition;
    if (definition === undefined) return { credentials: [], settings: [] };
    return { credentials: secretPaths(definition.credentials), settings: secretPaths(definition.settings) };
  }

  /** Returns true if the type's vendor sends status callbacks. */
  hasStatusCallback(type: string): boolean {
    return this.runtimes.get(type)?.plugin.definition.statusCallback !== undefined;
  }

  /** Returns true if the type's vendor checks a callback URL by a GET request before it sends callbacks. */
  hasHandshake(type: string): boolean {
    return this.runtimes.get(type)?.plugin.definition.statusCallback?.handshake !== undefined;
  }

  /** Returns the answer to a vendor's check of a callback URL. Undefined if the check is refused. */
  answerHandshake(
    type: string,
    request: CallbackRequest,
    own: { readonly credentials: JsonObject; readonly settings: JsonObject },
  ): string | undefined {
    const runtime = this.runtimes.get(type);
    if (runtime === undefined) return undefined;
    const settings = runtime.effectiveSettings(own.settings);
    return answerHandshake(runtime.plugin, request, { ...own, settings }, this.logger);
  }

  /** Checks that the vendor sent a status callback, by the raw body of the call. */
  async authenticateCallback(
    type: string,
    request: CallbackRequest,
    own: { readonly credentials: JsonObject; readonly settings: JsonObject },
  ): Promise<boolean> {
    const runtime = this.runtimes.get(type);
    if (runtime === undefined) return false;
    const settings = runtime.effectiveSettings(own.settings);
    return authenticateCallback(runtime.plugin, request, { ...own, settings }, runtime.ports);
  }

  /** Parses the updates of an authenticated callback. */
  parseCallback(
    type: string,
    request: CallbackRequest,
    own: { readonly credentials: JsonObject; readonly settings: JsonObject },
  ): CallbackUpdates {
    const runtime = this.runtimes.get(type);
    if (runtime === undefined) return { statuses: [], recipients: [] };
    const settings = runtime.effectiveSettings(own.settings);
    return parseCallback(runtime.plugin, request, { ...own, settings }, this.logger);
  }

  private noPlugin(type: string): AttemptOutcome {
    return { kind: 'internal_error', message: this.unknown(type).message };
  }

  private unknown(type: string): FieldProblem {
    const known = [...this.runtimes.keys()].sort().join(', ');
    return { field: 'type', message: `no plugin provides "${type.slice(0, 64)}"; use one of ${known}`, missing: false };
  }
}

/** Outcome of a message whose action no longer exists in the plugin. */
function unknownAction(runtime: PluginRuntime, message: JsonObject): AttemptOutcome {
  const problems = runtime.actions.check(message).map((problem) => `${problem.field}: ${problem.message}`);
  return { kind: 'mapping', message: problems.join('; ') };
}
