import type { AttemptOutcome, AttemptRequest, BeforeWrite } from '@patchbay/core';
import { timeoutAfterReads, WriteDelayedError, WriteRefusedError } from '@patchbay/http';
import { onAbort } from './on-abort.js';
import { StopSource } from './stop-source.js';

/** Milliseconds that an aborted plugin may take to settle. */
const GRACE_MS = 250;

/** Error for a plugin that did not settle in time. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
}

/** One call of a plugin's function, with its time limit and the requests that it sent. */
export class PluginCall {
  /** Fires at the time limit and at shutdown. */
  readonly stopSource = new StopSource();
  /** Tokens that the plugin fetched with its credentials. They are secret too. */
  readonly tokens = new Set<string>();
  private cancelTimer: () => void;
  private readonly removeListener: () => void;
  private cancelGrace: (() => void) | undefined;
  private abandon: (() => void) | undefined;
  private sent = false;
  private usedClient = false;
  private last: AttemptRequest | undefined;
  private waiting = 0;
  private mayBypassClient = false;
  private refused: AttemptOutcome | undefined;

  /**
   * @param limitMs time limit, in milliseconds
   * @param outer fires at shutdown
   */
  constructor(
    private readonly limitMs: number,
    outer: AbortSignal,
    private readonly beforeWrite: BeforeWrite = () => null,
  ) {
    this.cancelTimer = timeoutAfterReads(this.timeOut, limitMs);
    this.removeListener = onAbort(outer, this.shutDown);
    if (outer.aborted) this.shutDown();
  }

  /** The stop source as an AbortSignal. */
  get signal(): AbortSignal {
    return this.stopSource.signal;
  }

  /** Records that the plugin uses the hub's HTTP client, which tracks what was sent. */
  recordRequest({ method, url }: AttemptRequest): void {
    this.usedClient = true;
    if (this.waiting === 0) this.last = { method, url };
  }

  /** The plugin's last request, unchanged: may contain secrets and personal values. */
  get lastRequest(): AttemptRequest | undefined {
    return this.last;
  }

  /** Runs directly before a request is written to its socket. Throws if the request must not be sent, or not yet. */
  checkWrite(): void {
    const verdict = this.beforeWrite({ delivers: this.waiting === 0 });
    if (verdict === null) return;
    if (verdict.kind === 'delay') {
      this.restartTimeLimit(verdict.milliseconds);
      throw new WriteDelayedError(verdict.milliseconds);
    }
    this.refused ??= verdict;
    throw new WriteRefusedError('The hub did not send the request, because the attempt may not send now.');
  }

  /** Outcome that replaces the first refused request. Undefined if no request was refused. */
  get refusal(): AttemptOutcome | undefined {
    return this.refused;
  }

  /** Records that a request may have reached the vendor. */
  recordSent(): void {
    if (this.waiting === 0) this.sent = true;
  }

  /**
   * Marks the start of a wait for a lock or a token; the returned function ends it. Requests during the wait do not
   * count as sending the message.
   */
  startWaiting(): () => void {
    let waiting = true;
    this.waiting++;
    return () => {
      if (waiting) this.waiting--;
      waiting = false;
    };
  }

  /**
   * For a stopped attempt: true if the vendor may have received the message. A plugin that never used the hub's client
   * may have sent it with the vendor's SDK.
   */
  get mayHaveBeenSent(): boolean {
    return this.sent || this.mayBypassClient;
  }

  /** For errors before the time limit: true if the hub's client sent a request. */
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
        reject(
          new AbandonedError(
            'The plugin did not stop after its abort signal fired. Pass context.signal to everything that it waits ' +
              'for.',
          ),
        );
      };
      if (this.stopped) this.startGrace();
      settle(work).then(resolve, reject);
    });
  }

  /** Ends the call. Requests that the plugin did not wait for are still stopped at the time limit. */
  done(): void {
    if (!this.stopSource.isAwaited) this.cancelTimer();
    this.cancelGrace?.();
    this.removeListener();
  }

  /** Restarts the time limit, because the hub caused the delay, not the vendor. */
  private restartTimeLimit(delayMs: number): void {
    if (this.stopped) return;
    this.cancelTimer();
    this.cancelTimer = timeoutAfterReads(this.timeOut, delayMs + this.limitMs);
  }

  private readonly timeOut = (): void => {
    this.stop(new DOMException('The time limit of the attempt has passed.', 'TimeoutError'));
  };

  private readonly shutDown = (): void => {
    this.stop(new Error('The hub is stopping.'));
  };

  private stop(reason: Error): void {
    if (this.stopped) return;
    this.mayBypassClient = !this.usedClient && this.waiting === 0;
    this.stopSource.stop(reason);
    this.startGrace();
  }

  private startGrace(): void {
    if (this.abandon !== undefined) this.cancelGrace ??= timeoutAfterReads(this.abandon, GRACE_MS);
  }
}

/** Turns a synchronous throw of a plugin's function into a rejection. */
async function settle<T>(work: () => Promise<T>): Promise<T> {
  return await work();
}
