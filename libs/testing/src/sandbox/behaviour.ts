import type { Json } from '@patchbay/plugin-sdk';

/** What a sandbox answers. A string goes out as it is, anything else as JSON. */
export interface SandboxAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/**
 * What a sandbox does with one request instead of behaving well.
 *
 * - `answer`: answers this and does nothing else; the message is not taken.
 * - `echo`: answers all that it was sent (see `echoOf`); the message is not taken.
 * - `slow`: behaves well after so many milliseconds.
 * - `hang`: takes the message and never answers.
 * - `resetAfterRead`: takes the message and cuts the connection instead of answering.
 * - `resetBeforeRead`: cuts the connection without reading the body; nothing is taken.
 */
export type Behaviour =
  | ({ readonly kind: 'answer' } & SandboxAnswer)
  | { readonly kind: 'echo'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'resetAfterRead' }
  | { readonly kind: 'resetBeforeRead' };

/** An answer out of the vendor's script. */
export function answer(status: number, body?: Json, headers?: Readonly<Record<string, string>>): Behaviour {
  return {
    kind: 'answer',
    status,
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
  };
}

/** A 429 that says how long to wait, in seconds. */
export function throttle(retryAfterSeconds: number, body?: Json): Behaviour {
  return answer(429, body, { 'retry-after': String(retryAfterSeconds) });
}

/** Behaviours waiting for their request, by route, and the one that holds until it is lifted. */
export class Script {
  private readonly queues = new Map<string, Behaviour[]>();
  private readonly standing = new Map<string, Behaviour>();

  /** Queues a behaviour for the next request of a route. */
  push(route: string, behaviour: Behaviour): void {
    const queue = this.queues.get(route) ?? [];
    queue.push(behaviour);
    this.queues.set(route, queue);
  }

  /** Holds for every request of a route that nothing is queued for; `undefined` lifts it. */
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
