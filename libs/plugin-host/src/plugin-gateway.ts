import type {
  AttemptOutcome,
  DeliverRequest,
  DestinationGateway,
  DestinationTypeFacts,
  FieldProblem,
  OpenDestination,
  PollRequest,
} from '@patchbay/core';
import { secretPaths, type CallbackRequest, type Json, type JsonObject, type StatusUpdate } from '@patchbay/plugin-sdk';
import { destinationTypeInfo, type DestinationTypeInfo } from './destination-type-info.js';
import type { HostLogger } from './runtime/host-ports.js';
import type { PluginRuntime } from './runtime/plugin-runtime.js';
import { authenticateCallback, parseCallback } from './runtime/status-callbacks.js';

const NO_PROBLEMS: readonly FieldProblem[] = [];

/**
 * Gateway to all plugins by destination type. Extends core's gateway with functions for the API and for status
 * callbacks.
 */
export class PluginGateway implements DestinationGateway {
  private readonly runtimes: ReadonlyMap<string, PluginRuntime>;

  constructor(
    runtimes: readonly PluginRuntime[],
    private readonly logger: HostLogger,
  ) {
    this.runtimes = new Map(runtimes.map((runtime) => [runtime.facts.type, runtime]));
  }

  facts(type: string): DestinationTypeFacts | undefined {
    return this.runtimes.get(type)?.facts;
  }

  checkMessage(type: string, message: Json): readonly FieldProblem[] {
    const schema = this.runtimes.get(type)?.message;
    if (schema === undefined) return [this.unknown(type)];
    return schema.isValid(message) ? NO_PROBLEMS : schema.check(message);
  }

  checkCredentials(type: string, credentials: JsonObject): readonly FieldProblem[] {
    return this.runtimes.get(type)?.credentials.check(credentials) ?? [this.unknown(type)];
  }

  checkSettings(type: string, settings: JsonObject): readonly FieldProblem[] {
    return this.runtimes.get(type)?.checkSettings(settings) ?? [this.unknown(type)];
  }

  async deliver(request: DeliverRequest): Promise<AttemptOutcome> {
    const runtime = this.runtimes.get(request.destination.type);
    return runtime === undefined
      ? { kind: 'internal_error', message: this.unknown(request.destination.type).message }
      : await runtime.deliver(request);
  }

  async poll(request: PollRequest): Promise<AttemptOutcome> {
    const runtime = this.runtimes.get(request.destination.type);
    return runtime === undefined
      ? { kind: 'internal_error', message: this.unknown(request.destination.type).message }
      : await runtime.poll(request);
  }

  /**
   * Tests a destination's credentials without sending a message. Never throws. The outcome `accepted` means that the
   * credentials work.
   */
  async verify(destination: OpenDestination, signal: AbortSignal): Promise<AttemptOutcome> {
    const runtime = this.runtimes.get(destination.type);
    return runtime === undefined
      ? { kind: 'internal_error', message: this.unknown(destination.type).message }
      : await runtime.verify(destination, signal);
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

  /** Checks that the vendor sent a status callback, by the raw body of the call. */
  async authenticateCallback(
    type: string,
    request: CallbackRequest,
    own: { readonly credentials: JsonObject; readonly settings: JsonObject },
  ): Promise<boolean> {
    const runtime = this.runtimes.get(type);
    return runtime !== undefined && (await authenticateCallback(runtime.plugin, request, own, runtime.ports));
  }

  /** Parses the status updates of an authenticated callback. */
  parseCallback(
    type: string,
    request: CallbackRequest,
    own: { readonly credentials: JsonObject; readonly settings: JsonObject },
  ): readonly StatusUpdate[] {
    const runtime = this.runtimes.get(type);
    return runtime === undefined ? [] : parseCallback(runtime.plugin, request, own, this.logger);
  }

  private unknown(type: string): FieldProblem {
    const known = [...this.runtimes.keys()].sort().join(', ');
    return { field: 'type', message: `no plugin provides "${type.slice(0, 64)}"; use one of ${known}`, missing: false };
  }
}
