import type { AttemptOutcome, AttemptRequest, BeforeWrite, CallTrace } from '@patchbay/core';
import { afterReads, timeoutAfterReads, WriteDelayedError, WriteRefusedError, type StopSignal } from '@patchbay/http';
import type { VendorResponse } from '@patchbay/plugin-sdk';
import { Redactor } from '../redaction/redactor.js';
import { MIN_SENSITIVE_LENGTH } from '../redaction/sensitive-values.js';
import { RunningCalls, type RunningCall } from './running-calls.js';

/** Milliseconds that an aborted plugin may take to settle. */
const GRACE_MS = 250;
const BODY_LIMIT = 4_096;
const ignore = (): void => undefined;

/** Error for a plugin that did not settle in time. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
}

/**
 * One call of a plugin's function: its time limit, the requests that it sent, and the values to redact.
 *
 * The object is also the signal that stops the requests of the call. It creates a real AbortSignal only on first use.
 * Few plugins use the AbortSignal, and creating it costs more than the host's other work for an attempt.
 */
export class PluginCall implements StopSignal, RunningCall {
  position = -1;
  /** True after the time limit or a shutdown stopped the call. */
  aborted = false;
  reason: unknown;
  /** Tokens that the plugin fetched with its credentials. Tokens are secret too. */
  readonly tokens = new Set<string>();
  /** Rejects with an {@link AbandonedError} if the call still runs shortly after the hub has stopped it. */
  readonly abandoned: Promise<never>;
  /** The plugin's last request, unchanged. It may contain secrets and personal values. */
  lastRequest: AttemptRequest | undefined;
  /** Outcome that the hub gave when it refused the first request. Undefined if the hub refused no request. */
  refusal: AttemptOutcome | undefined;
  /**
   * True if the hub's client sent a request that may deliver the message. A later error then leaves the outcome
   * unknown.
   */
  wasSent = false;
  /** True if the plugin used the hub's client, which records what was sent. */
  usedClient = false;

  private readonly listeners = new Set<() => void>();
  private readonly endings: (() => void)[] = [];
  private readonly running: RunningCalls;
  private controller: AbortController | undefined;
  private timer: NodeJS.Timeout;
  private cancelReads: (() => void) | undefined;
  private cancelGrace: (() => void) | undefined;
  private abandon: (error: AbandonedError) => void;
  private isDone = false;
  private mayBypassClient = false;
  private waiting = 0;
  private known: { readonly redactor: Redactor; readonly tokens: number } | undefined;

  /**
   * @param limitMs time limit, in milliseconds
   * @param outer fires at shutdown
   * @param sensitive returns the values to redact besides the tokens
   * @param trace span to which the requests belong
   */
  constructor(
    private readonly limitMs: number,
    outer: AbortSignal,
    private readonly beforeWrite: BeforeWrite = () => null,
    private readonly sensitive: () => readonly string[] = () => [],
    readonly trace?: CallTrace,
  ) {
    this.abandoned = new Promise((_resolve, reject) => {
      this.abandon = reject;
    });
    this.abandoned.catch(ignore); // prevents an unhandled rejection if nothing waits for the promise yet
    this.timer = setTimeout(this.timeOut, limitMs);
    this.running = RunningCalls.under(outer);
    this.running.add(this);
    if (outer.aborted) this.shutDown();
  }

  /** The call as an AbortSignal, created on first use. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.aborted) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
  }

  /** Records that the plugin uses the hub's HTTP client, which tracks what was sent. */
  readonly recordRequest = ({ method, url }: AttemptRequest): void => {
    this.usedClient = true;
    if (this.waiting === 0) this.lastRequest = { method, url };
  };

  /** Runs directly before a request is written to its socket. Throws if the request must not be sent, or not yet. */
  readonly checkWrite = (): void => {
    const verdict = this.beforeWrite({ delivers: this.waiting === 0 });
    if (verdict === null) return;
    if (verdict.kind === 'delay') {
      this.restartTimeLimit(verdict.milliseconds);
      throw new WriteDelayedError(verdict.milliseconds);
    }
    this.refusal ??= verdict;
    throw new WriteRefusedError(
      'The hub did not send the request, because the lease or the rate limit does not allow it now. The hub retries.',
    );
  };

  /** Records that a request may have reached the vendor. */
  readonly recordSent = (): void => {
    if (this.waiting === 0) this.wasSent = true;
  };

  /**
   * Marks the start of a wait for a lock or a token. The returned function marks the end of the wait. Requests during
   * the wait do not count as sending the message.
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
   * True if the vendor may have received the message of a stopped attempt. A plugin that never used the hub's client
   * may have sent the message with the vendor's SDK.
   */
  get mayHaveBeenSent(): boolean {
    return this.wasSent || this.mayBypassClient;
  }

  /**
   * Redacts a text and shortens it. Collects the sensitive values only if the text is long enough to contain one.
   * Throws a TypeError for a value that is not a text, which a plugin in JavaScript may return.
   */
  redact(text: string, limit: number): string {
    const isTooShort = typeof text === 'string' && text.length < MIN_SENSITIVE_LENGTH;
    return isTooShort ? text.slice(0, limit) : this.redactor().text(text, limit);
  }

  redactResponse({ status, body }: VendorResponse): VendorResponse {
    return body === undefined ? { status } : { status, body: this.redact(body, BODY_LIMIT) };
  }

  /** Returns the redactor. It is created on first use, and again after the plugin fetched a token. */
  redactor(): Redactor {
    const { tokens } = this;
    if (this.known?.tokens !== tokens.size) {
      this.known = { redactor: new Redactor([...this.sensitive(), ...tokens]), tokens: tokens.size };
    }
    return this.known.redactor;
  }

  /** Stops the call and its requests. Later calls have no effect. */
  stop(reason: Error): void {
    if (this.aborted) return;
    this.mayBypassClient = !this.usedClient && this.waiting === 0;
    this.aborted = true;
    this.reason = reason;
    this.controller?.abort(reason);
    for (const listener of [...this.listeners]) listener();
    if (this.isDone) return;
    this.cancelGrace = timeoutAfterReads(() => {
      this.abandon(
        new AbandonedError(
          'The plugin did not stop after its abort signal fired. Pass context.signal to everything that it waits ' +
            'for.',
        ),
      );
    }, GRACE_MS);
  }

  shutDown(): void {
    this.stop(new Error('The hub is stopping.'));
  }

  /** Runs a function when the call has ended. */
  whenDone(end: () => void): void {
    if (this.isDone) end();
    else this.endings.push(end);
  }

  /** Ends the call. Requests that the plugin did not wait for are still stopped at the time limit. */
  done(): void {
    this.isDone = true;
    for (const end of this.endings) end();
    if (this.listeners.size === 0) {
      clearTimeout(this.timer);
      this.cancelReads?.();
    }
    this.cancelGrace?.();
    this.running.remove(this);
  }

  /** At the time limit, stops the call after the sockets have been read, because an answer may have arrived in time. */
  private readonly timeOut = (): void => {
    this.cancelReads = afterReads(() => {
      this.stop(new DOMException('The time limit of the attempt has passed.', 'TimeoutError'));
    });
  };

  /** Restarts the time limit after a delay that the hub caused, not the vendor. */
  private restartTimeLimit(delayMs: number): void {
    if (this.aborted) return;
    clearTimeout(this.timer);
    this.cancelReads?.();
    this.timer = setTimeout(this.timeOut, delayMs + this.limitMs);
  }
}
