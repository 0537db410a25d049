import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '@patchbay/plugin-sdk';
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

/** A message that a sandbox took, newest state included. */
export interface InboxMessage extends Omit<InboxEntry, 'status'> {
  /** The vendor's own word for what became of it so far. */
  status: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly request: SandboxRequest;
}

/**
 * One running vendor. Where its server listens is not its business: {@link startSandbox} gives it a port of its own, the
 * hub mounts several behind one.
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

  constructor(
    readonly definition: SandboxDefinition,
    /** Without a slash at its end. */
    readonly baseUrl: string,
  ) {
    this.type = definition.type;
    this.label = definition.label;
    this.credentials = definition.credentials;
    this.wrongCredentials = definition.wrongCredentials;
    this.routes = definition.start(this.frame());
  }

  /** The settings with which a destination reaches this sandbox. */
  get settings(): JsonObject {
    return this.definition.settings(this.baseUrl);
  }

  /** Messages taken, oldest first; the newest 1,000. */
  get inbox(): readonly InboxMessage[] {
    return this.messages.entries;
  }

  /** How many messages were ever taken, forgotten ones too, since the start or the last `clear`. */
  get received(): number {
    return this.messages.count;
  }

  /** Requests of every kind, oldest first; the newest 200. */
  get requests(): readonly SandboxRequest[] {
    return this.seen.entries;
  }

  /** What the vendor's documentation does not allow and the vendor would not have said. */
  get violations(): readonly string[] {
    return this.faults.entries;
  }

  /** What `next` and `always` call its routes: those that take messages share a name. */
  get routeNames(): readonly string[] {
    return [...new Set(this.routes.map(scriptName))];
  }

  /** Resolves as soon as so many requests came since the start or the last `clear`. */
  reached(requests: number): Promise<void> {
    return this.seen.reach(requests);
  }

  /** Resolves as soon as so many messages were taken since the start or the last `clear`. */
  filled(messages: number): Promise<void> {
    return this.messages.reach(messages);
  }

  /** Misbehaves for the next request: of the routes that take messages, or of a route by its name. */
  next(behaviour: Behaviour, route = SENDS): void {
    this.script.push(route, behaviour);
  }

  /** Misbehaves until changed; `undefined` ends it. */
  always(behaviour: Behaviour | undefined, route = SENDS): void {
    this.script.hold(route, behaviour);
  }

  /** Behaves well again, whatever was scripted for its next requests. */
  clearScript(): void {
    this.script.clear();
  }

  /** Forgets all messages, requests, violations and scripts. */
  clear(): void {
    this.messages.clear();
    this.seen.clear();
    this.faults.clear();
    this.script.clear();
  }

  /** Sends a signed status callback now. Resolves with the status it was answered with. */
  callBack(url: string, payload: JsonObject, credentials: JsonObject = this.credentials): Promise<number> {
    const callbacks = this.definition.callbacks;
    if (!callbacks) throw new Error(`The vendor of ${this.type} sends no status callbacks.`);
    return sendCallback(callbacks.call(url, payload, credentials));
  }

  /** Ends what waits: slow answers and callbacks. */
  stop(): void {
    this.stopping.abort();
  }

  /** Serves one request; `path` is what the sandbox itself goes by. Never throws. */
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
      write(outgoing, { status: 500, body: { message: 'The sandbox failed; see its violations.' } });
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
      write(outgoing, { status: 413, body: { message: 'The body is longer than 1 MiB.' } });
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
    else write(outgoing, result);
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

/** What a behaviour says to answer; undefined where the vendor's own rules decide. */
function scripted(behaviour: Behaviour | undefined, request: SandboxRequest): SandboxAnswer | undefined {
  if (behaviour?.kind === 'answer') return behaviour;
  return behaviour?.kind === 'echo' ? { ...behaviour, body: echoOf(request) } : undefined;
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
