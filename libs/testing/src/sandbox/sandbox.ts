import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { type Behaviour, Script, type SandboxAnswer } from './behaviour.js';
import { echoOf } from './echo.js';
import { findRoute } from './find-route.js';
import { readBody } from './read-body.js';
import { RingBuffer } from './ring-buffer.js';
import type { InboxEntry, SandboxDefinition, SandboxFrame, SandboxRoute } from './sandbox-definition.js';
import { flatHeaders, SandboxRequest } from './sandbox-request.js';
import { sendCallback } from './send-callback.js';

const INBOX_LIMIT = 1_000;
const REQUEST_LIMIT = 200;
const SENDS = 'sends';

/** Message that a sandbox accepted, with its newest status. */
export interface InboxMessage extends Omit<InboxEntry, 'status'> {
  /** Current state of the message in the vendor's own words. */
  status: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly request: SandboxRequest;
}

/**
 * Running simulation of one vendor, without an HTTP server of its own. {@link startSandbox} gives the simulation a port. The
 * sandbox hub runs several simulations on one port.
 */
export class Sandbox {
  readonly type: string;
  readonly label: string;
  readonly credentials: JsonObject;
  readonly wrongCredentials: JsonObject;
  private readonly routes: readonly SandboxRoute[];
  private readonly script = new Script();
  private readonly messages = new RingBuffer<InboxMessage>(INBOX_LIMIT);
  private readonly seen = new RingBuffer<SandboxRequest>(REQUEST_LIMIT);
  private readonly faults = new RingBuffer<string>(REQUEST_LIMIT);
  private readonly stopping = new AbortController();
  private planted = '';

  constructor(
    readonly definition: SandboxDefinition,
    /** URL without a trailing slash. */
    readonly baseUrl: string,
  ) {
    this.type = definition.type;
    this.label = definition.label;
    this.credentials = definition.credentials;
    this.wrongCredentials = definition.wrongCredentials;
    this.routes = definition.start(this.frame());
  }

  /** The settings of a destination for this sandbox. */
  get settings(): JsonObject {
    return this.definition.settings(this.baseUrl);
  }

  /** The newest 1,000 accepted messages, oldest first. */
  get inbox(): readonly InboxMessage[] {
    return this.messages.entries;
  }

  /** Number of messages accepted since the start or the last `clear`, including removed messages. */
  get received(): number {
    return this.messages.count;
  }

  /** The newest 200 requests of every kind, oldest first. */
  get requests(): readonly SandboxRequest[] {
    return this.seen.entries;
  }

  /** Requests that the vendor's documentation does not allow, although the vendor would accept them. */
  get violations(): readonly string[] {
    return this.faults.entries;
  }

  /** Route names for `next` and `always`. All routes that accept messages share one name. */
  get routeNames(): readonly string[] {
    return [...new Set(this.routes.map(scriptName))];
  }

  /** Resolves after this many requests since the start or the last `clear`. */
  reached(requests: number): Promise<void> {
    return this.seen.reach(requests);
  }

  /** Resolves after this many accepted messages since the start or the last `clear`. */
  filled(messages: number): Promise<void> {
    return this.messages.reach(messages);
  }

  /** Queues a behaviour for the next request of a named route, by default of the routes that accept messages. */
  next(behaviour: Behaviour, route = SENDS): void {
    this.script.push(route, behaviour);
  }

  /** Sets the behaviour for all further requests of a route. `undefined` restores the normal behaviour. */
  always(behaviour: Behaviour | undefined, route = SENDS): void {
    this.script.hold(route, behaviour);
  }

  /** Adds these words to every text with a blank in the bodies of all further responses. An empty text ends this. */
  plant(words: string): void {
    this.planted = words;
  }

  /** Removes all scripted behaviours. */
  clearScript(): void {
    this.script.clear();
  }

  /** Removes all messages, requests, violations and scripts. */
  clear(): void {
    this.messages.clear();
    this.seen.clear();
    this.faults.clear();
    this.script.clear();
  }

  /** Sends a signed status callback now. Resolves with the status of the response. */
  callBack(url: string, payload: JsonObject, credentials: JsonObject = this.credentials): Promise<number> {
    const callbacks = this.definition.callbacks;
    if (!callbacks)
      throw new Error(`The vendor of ${this.type} sends no status callbacks. Add "callbacks" to its sandbox.`);
    return sendCallback(callbacks.call(url, payload, credentials));
  }

  /** Cancels slow responses and delayed callbacks. */
  stop(): void {
    this.stopping.abort();
  }

  /** Handles one request; `path` is relative to the sandbox. Never throws. */
  async serve(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    try {
      await this.respond(incoming, outgoing, path, query);
    } catch (error) {
      if (this.stopping.signal.aborted || outgoing.destroyed) return;
      this.faults.push(`the sandbox failed on ${incoming.method ?? ''} ${path}: ${String(error)}`);
      write(outgoing, { status: 500, body: { message: 'The sandbox failed. See its violations.' } });
    }
  }

  private async respond(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    const method = incoming.method ?? 'GET';
    const found = findRoute(this.routes, method, path);
    const behaviour = found && this.script.take(scriptName(found.route));
    if (behaviour?.kind === 'resetBeforeRead') {
      this.seen.push(new SandboxRequest(method, path, query, flatHeaders(incoming.headers), Buffer.alloc(0)));
      incoming.socket.resetAndDestroy();
      return;
    }
    const body = await readBody(incoming);
    if (!body) {
      write(outgoing, { status: 413, body: { message: 'The body exceeds 1 MiB. Send a smaller one.' } });
      return;
    }
    const headers = flatHeaders(incoming.headers);
    const request = new SandboxRequest(method, path, query, headers, body, found?.params, incoming.url);
    if (behaviour?.kind === 'slow') {
      this.seen.push(request);
      await delay(behaviour.ms, undefined, { signal: this.stopping.signal });
      write(outgoing, this.handle(found?.route, request));
      return;
    }
    const result = scripted(behaviour, request) ?? this.handle(found?.route, request);
    this.seen.push(request);
    if (behaviour?.kind === 'hang') return;
    if (behaviour?.kind === 'resetAfterRead') incoming.socket.resetAndDestroy();
    else write(outgoing, this.planted === '' ? result : withWords(result, this.planted));
  }

  private handle(route: SandboxRoute | undefined, request: SandboxRequest): SandboxAnswer {
    if (route) return route.handle(request);
    this.faults.push(`${request.method} ${request.path} is not an operation of this vendor`);
    return { status: 404, body: { message: 'Not found.' } };
  }

  private frame(): SandboxFrame {
    return {
      receive: (entry, request) => {
        this.messages.push({ ...entry, at: request.at, request });
      },
      mark: (externalId, status) => {
        const message = this.messages.entries.findLast((one) => one.externalId === externalId);
        if (message) message.status = status;
      },
      violation: (text) => {
        this.faults.push(text);
      },
      callBack: (url, payload, afterMs, credentials) => {
        delay(afterMs, undefined, { signal: this.stopping.signal, ref: false })
          .then(() => this.callBack(url, payload, credentials))
          .catch(() => undefined);
      },
    };
  }
}

function scriptName({ sends, name }: SandboxRoute): string {
  return sends ? SENDS : name;
}

/** Returns the scripted response; undefined if the vendor's own rules apply. */
function scripted(behaviour: Behaviour | undefined, request: SandboxRequest): SandboxAnswer | undefined {
  if (behaviour?.kind === 'answer') return behaviour;
  return behaviour?.kind === 'echo' ? { ...behaviour, body: echoOf(request) } : undefined;
}

/** Adds words to the prose of a response. Texts without a blank are codes, which the vendor does not vary. */
function withWords({ body, ...rest }: SandboxAnswer, words: string): SandboxAnswer {
  const add = (value: Json): Json => {
    if (typeof value === 'string') return value.includes(' ') ? value + words : value;
    if (Array.isArray(value)) return value.map(add);
    return isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, add(entry)]))
      : value;
  };
  return body === undefined ? rest : { ...rest, body: add(body) };
}

function write(outgoing: ServerResponse, { status, headers, body }: SandboxAnswer): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  outgoing.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }),
    ...headers,
    'content-length': Buffer.byteLength(text),
  });
  outgoing.end(text);
}
