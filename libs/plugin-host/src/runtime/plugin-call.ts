import type { AttemptOutcome, AttemptRequest, BeforeWrite } from '@patchbay/core';
import { timeoutAfterReads, WriteDelayedError, WriteRefusedError } from '@patchbay/http';
import { onAbort } from './on-abort.js';
import { StopSource } from './stop-source.js';

/** How long an aborted plugin may take to say how far it came, in milliseconds. */
const GRACE_MS = 250;

/** A plugin did not come back in time. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
}

/** One run of a plugin's function: its time limit, and how far it came. */
export class PluginCall {
  /** Fires at the time limit and at shutdown. */
  readonly stopSource = new StopSource();
  /** What the plugin got for its credentials, and is as secret. */
  readonly tokens = new Set<string>();
  private cancelTimer: () => void;
  private readonly unlisten: () => void;
  private cancelGrace: (() => void) | undefined;
  private abandon: (() => void) | undefined;
  private sent = false;
  private asked = false;
  private last: AttemptRequest | undefined;
  private waiting = 0;
  private outOfSight = false;
  private refused: AttemptOutcome | undefined;

  /**
   * @param limitMs the longest it may take, in milliseconds
   * @param outer fires at shutdown
   */
  constructor(
    private readonly limitMs: number,
    outer: AbortSignal,
    private readonly beforeWrite: BeforeWrite = () => null,
  ) {
    this.cancelTimer = timeoutAfterReads(this.timeOut, limitMs);
    this.unlisten = onAbort(outer, this.shutDown);
    if (outer.aborted) this.shutDown();
  }

  /** The same as an AbortSignal. */
  get signal(): AbortSignal {
    return this.stopSource.signal;
  }

  /** The plugin uses the hub's HTTP client, which knows what was sent. */
  recordRequest({ method, url }: AttemptRequest): void {
    this.asked = true;
    if (this.waiting === 0) this.last = { method, url };
  }

  /** What the plugin asked for last, as it asked for it: secrets and personal values included. */
  get lastRequest(): AttemptRequest | undefined {
    return this.last;
  }

  /** Called directly before a request is written to its socket. Throws if it may not go out, or not yet. */
  checkWrite(): void {
    const verdict = this.beforeWrite({ delivers: this.waiting === 0 });
    if (verdict === null) return;
    if (verdict.kind === 'delay') {
      this.restartTimeLimit(verdict.milliseconds);
      throw new WriteDelayedError(verdict.milliseconds);
    }
    this.refused ??= verdict;
    throw new WriteRefusedError('the hub refused to send the request');
  }

  /** The outcome in place of the first request that was not written; undefined if all were. */
  get refusal(): AttemptOutcome | undefined {
    return this.refused;
  }

  /** A request may have reached the vendor. */
  recordSent(): void {
    if (this.waiting === 0) this.sent = true;
  }

  /**
   * From now until the returned function is called the plugin does not deliver: it waits for a lock, or fetches a
   * token. What is sent meanwhile does not count.
   */
  startWaiting(): () => void {
    let waits = true;
    this.waiting++;
    return () => {
      if (waits) this.waiting--;
      waits = false;
    };
  }

  /**
   * For an attempt that was stopped: whether the vendor may have got the message. A plugin that never used the hub's client
   * may have sent it by the vendor's SDK, out of sight.
   */
  get mayHaveBeenSent(): boolean {
    return this.sent || this.outOfSight;
  }

  /** What the hub's client saw going out, for errors that came before the time limit. */
  get wasSent(): boolean {
    return this.sent;
  }

  get stopped(): boolean {
    return this.stopSource.aborted;
  }

  /** Settles as `work` does, or rejects with an {@link AbandonedError} shortly after the signal fired. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.abandon = () => {
        reject(new AbandonedError('the plugin did not stop when aborted'));
      };
      if (this.stopped) this.startGrace();
      settle(work).then(resolve, reject);
    });
  }

  /** Over. Requests that the plugin did not wait for are still stopped at the time limit. */
  done(): void {
    if (!this.stopSource.isAwaited) this.cancelTimer();
    this.cancelGrace?.();
    this.unlisten();
  }

  /** The plugin gets all of its time again: the hub had it wait, so the vendor is not the one that is slow. */
  private restartTimeLimit(delayMs: number): void {
    if (this.stopped) return;
    this.cancelTimer();
    this.cancelTimer = timeoutAfterReads(this.timeOut, delayMs + this.limitMs);
  }

  private readonly timeOut = (): void => {
    this.stop(new DOMException('the time limit is over', 'TimeoutError'));
  };

  private readonly shutDown = (): void => {
    this.stop(new Error('the hub is stopping'));
  };

  private stop(reason: Error): void {
    if (this.stopped) return;
    this.outOfSight = !this.asked && this.waiting === 0;
    this.stopSource.stop(reason);
    this.startGrace();
  }

  private startGrace(): void {
    if (this.abandon !== undefined) this.cancelGrace ??= timeoutAfterReads(this.abandon, GRACE_MS);
  }
}

/** A plugin's function may also throw before it returns its promise. */
async function settle<T>(work: () => Promise<T>): Promise<T> {
  return await work();
}
