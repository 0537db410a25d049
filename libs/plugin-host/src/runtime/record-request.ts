import { randomUUID } from 'node:crypto';
import type { OpenDestination } from '@patchbay/core';
import { encodedBody, outboundHeaders, targetUrl } from '@patchbay/http';
import {
  deliveryErrorIn,
  isJsonObject,
  jsonObjectIn,
  secretPaths,
  toInstance,
  type EventEnvelope,
  type HttpClient,
  type HttpRequest,
  type Json,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import { REDACTED, Redactor } from '../redaction/redactor.js';
import { PluginCall } from './plugin-call.js';
import type { PluginRuntime } from './plugin-runtime.js';

/** Text that stands for every secret and token while a request is recorded. */
const PLACEHOLDER = 'patchbay-hidden-secret';
/** Text that replaces the placeholder in a recorded request. */
const MASK = '••••';
/** Names of headers and query parameters whose values are hidden, because they are derived from secrets. */
const DERIVED_NAME = /auth|cookie|credential|key|password|secret|signature|token/i;
/** Maximum time for the plugin to make its first request, in milliseconds. */
const TIME_LIMIT_MS = 2_000;
/** Maximum number of characters of a recorded body, and of any other text. */
const BODY_LIMIT = 65_536;
const TEXT_LIMIT = 16_384;

/** Request that a plugin would send. Contains no secret. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Body as text. Null if the request has no body. */
  readonly body: string | null;
}

/** Recorded request, or the reason for which there is none. */
export interface Recording {
  readonly request: RecordedRequest | null;
  /** Reason without a request, or a note about the request. Null if there is nothing to say. */
  readonly note: string | null;
}

/** Message whose request is recorded. */
export interface RecordedMessage {
  readonly destination: OpenDestination;
  readonly message: JsonObject;
  readonly event: EventEnvelope;
}

/** Error that ends a plugin's call after its first request was recorded. */
class RecordedError extends Error {
  override readonly name = 'RecordedError';
}

/**
 * HTTP client that has no connection. Keeps the first request, and fails it. Later requests never settle, because a
 * plugin that repeats failed requests in a loop would otherwise block the process.
 */
class RecordingHttpClient implements HttpClient {
  /** Resolves with the first request. */
  readonly first: Promise<HttpRequest>;
  private keep: (request: HttpRequest) => void = ignore;
  private isKept = false;

  constructor() {
    this.first = new Promise((resolve) => {
      this.keep = resolve;
    });
  }

  readonly send = (request: HttpRequest): Promise<never> => {
    if (this.isKept) return new Promise(ignore);
    this.isKept = true;
    this.keep(request);
    const failed = Promise.reject(new RecordedError('The hub only records the request.'));
    // A plugin may not wait for its request, and an unhandled rejection would end the process.
    failed.catch(ignore);
    return failed;
  };

  readonly exchange = this.send;

  /** Resolves with an empty file, so that the request of a message with files is recorded without reading them. */
  readonly download = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array());
}

/**
 * Runs a plugin's `deliver` until its first request, and returns this request without sending it. The plugin gets
 * placeholders instead of its secrets and tokens, and an HTTP client that has no connection. A plugin that does not
 * declare `contextHttpOnly` is not run, because it could send by other means. Never throws.
 */
export async function recordRequest(
  runtime: PluginRuntime,
  { destination, message, event }: RecordedMessage,
): Promise<Recording> {
  const { definition } = runtime.plugin;
  if (definition.contextHttpOnly !== true) {
    return without(
      `The plugin ${definition.type} does not declare \`contextHttpOnly\`, so its request cannot be shown without ` +
        'sending it.',
    );
  }
  const action = runtime.actions.of(message)?.definition;
  if (action === undefined) return without('The message names no action of the plugin.');
  const call = new PluginCall(TIME_LIMIT_MS, new AbortController().signal);
  const recorder = new RecordingHttpClient();
  try {
    // The plugin may change its arguments, but the running hub uses the same settings.
    const copy = structuredClone({ message, event });
    const hidden = withoutSecrets(structuredClone(destination), runtime);
    const prepared = runtime.prepare(hidden);
    const context = Object.assign(runtime.contextFor(hidden, prepared, call), {
      http: recorder,
      connections: { get: () => Promise.reject(new RecordedError('The hub only records the request.')) },
      logger: { info: ignore, warn: ignore },
      lock: <T>(_key: string, fn: () => Promise<T>): Promise<T> => fn(),
      token: () => Promise.resolve({ value: PLACEHOLDER, drop: ignore }),
      accessToken: () => Promise.resolve({ value: PLACEHOLDER, drop: ignore }),
      awsCredentials: () => Promise.resolve({ accessKeyId: PLACEHOLDER, secretAccessKey: PLACEHOLDER }),
      event: copy.event,
      delivery: { id: event.id, attempt: 1, idempotencyKey: randomUUID() },
    });
    const own = toInstance(action.message, copy.message);
    // A plugin in JavaScript may return no promise.
    const delivering: Promise<unknown> = Promise.resolve(
      prepared.sendsBatches
        ? action.deliverBatch?.(Object.assign(context, { batch: { id: context.delivery.id } }), [
            { message: own, event: copy.event, delivery: context.delivery },
          ])
        : action.deliver(context, own),
    );
    const request = await Promise.race([recorder.first, delivering.then(noRequest), call.abandoned]);
    return request === null ? without('The plugin sends no HTTP request for this message.') : recorded(request);
  } catch (error) {
    const known = deliveryErrorIn(error);
    if (known !== undefined) return without(new Redactor([PLACEHOLDER]).text(known.message, 1_000));
    return without('The plugin made no request within 2 s, or failed before its first request.');
  } finally {
    call.stop(new RecordedError('The recording has ended.'));
    call.done();
  }
}

/** Returns the destination with placeholders in place of the secrets in its credentials and settings. */
function withoutSecrets(destination: OpenDestination, { plugin }: PluginRuntime): OpenDestination {
  const { credentials, settings } = plugin.definition;
  return {
    ...destination,
    credentials: hideAll(destination.credentials, secretPaths(credentials)),
    settings: hideAll(destination.settings, secretPaths(settings)),
  };
}

function hideAll(values: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce<JsonObject>((result, path) => {
    const changed = hideAt(result, path.split('.'));
    return isJsonObject(changed) ? changed : result;
  }, values);
}

function hideAt(value: Json, [segment, ...rest]: readonly string[]): Json {
  if (segment === undefined && typeof value === 'string') return hiddenText(value);
  if (typeof value !== 'object' || value === null) return segment === undefined && value !== null ? PLACEHOLDER : value;
  const isHere = (name: string): boolean => segment === undefined || segment === '*' || segment === name;
  if (Array.isArray(value)) {
    return value.map((entry, index) => (isHere(String(index)) ? hideAt(entry, rest) : entry));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, isHere(name) ? hideAt(child, rest) : child]),
  );
}

/** Hides a text. A key file in JSON keeps its structure, because its plugin parses it. */
function hiddenText(text: string): Json {
  const file = jsonObjectIn(text);
  return file === undefined ? PLACEHOLDER : JSON.stringify(hideAt(file, []));
}

function recorded(request: HttpRequest): Recording {
  const redactor = new Redactor([PLACEHOLDER]);
  const masked = (text: string, limit = TEXT_LIMIT): string => redactor.text(text, limit).replaceAll(REDACTED, MASK);
  const url = targetUrl(request);
  const headers = outboundHeaders(request, 'Patchbay');
  const body = encodedBody(request, headers);
  for (const [name] of url.searchParams) if (DERIVED_NAME.test(name)) url.searchParams.set(name, PLACEHOLDER);
  const shown = Object.entries(headers).map(
    ([name, value]) => [name, DERIVED_NAME.test(name) ? MASK : masked(value)] as const,
  );
  const readsFirst = 'The plugin first reads from the vendor. The message that it sends depends on the answer.';
  return {
    request: {
      method: request.method,
      url: masked(url.href),
      headers: Object.fromEntries(shown),
      body: body === null ? null : masked(textOf(body), BODY_LIMIT),
    },
    note: request.readsOnly === true ? readsFirst : null,
  };
}

function textOf(body: string | Buffer): string {
  return typeof body === 'string' ? body : body.toString('utf8');
}

function without(note: string): Recording {
  return { request: null, note };
}

function noRequest(): null {
  return null;
}

function ignore(): void {
  // A recording writes no log lines, and its token cannot be dropped.
}
