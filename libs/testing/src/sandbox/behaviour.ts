import type { Json } from '@patchbay/plugin-sdk';

/** Response of a sandbox. A string is sent unchanged, any other value as JSON. */
export interface SandboxAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/**
 * Scripted behaviour of a sandbox for one request, instead of the normal handling.
 *
 * - `answer`: sends this response; the message is not accepted.
 * - `echo`: returns everything that it received (see `echoOf`); the message is not accepted.
 * - `slow`: handles the request normally after this many milliseconds.
 * - `hang`: accepts the message and never responds.
 * - `resetAfterRead`: accepts the message and closes the connection instead of responding.
 * - `resetBeforeRead`: closes the connection without reading the body; the message is not accepted.
 */
export type Behaviour =
  | ({ readonly kind: 'answer' } & SandboxAnswer)
  | { readonly kind: 'echo'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'resetAfterRead' }
  | { readonly kind: 'resetBeforeRead' };

/** Returns a behaviour that sends this response. */
export function answer(status: number, body?: Json, headers?: Readonly<Record<string, string>>): Behaviour {
  return {
    kind: 'answer',
    status,
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
  };
}

/** Returns a 429 response with `Retry-After` in seconds. */
export function throttle(retryAfterSeconds: number, body?: Json): Behaviour {
  return answer(429, body, { 'retry-after': String(retryAfterSeconds) });
}

/**
 * Scripted behaviours per route: a queue of behaviours for the next requests, and one behaviour for all further
 * requests.
 */
export class Script {
  private readonly queues = new Map<string, Behaviour[]>();
  private readonly standing = new Map<string, Behaviour>();

  /** Queues a behaviour for the next request of a route. */
  push(route: string, behaviour: Behaviour): void {
    const queue = this.queues.get(route) ?? [];
    queue.push(behaviour);
    this.queues.set(route, queue);
  }

  /** Sets the behaviour for every request of a route whose queue is empty. `undefined` removes the behaviour. */
  hold(route: string, behaviour: Behaviour | undefined): void {
    if (behaviour) this.standing.set(route, behaviour);
    else this.standing.delete(route);
  }

  take(route: string): Behaviour | undefined {
    return this.queues.get(route)?.shift() ?? this.standing.get(route);
  }

  clear(): void {
    this.queues.clear();
    this.standing.clear();
  }
}
