import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WriteDelayedError } from '@patchbay/http';
import { PluginCall } from './plugin-call.js';

const LIMIT_MS = 1_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the time limit of an attempt', () => {
  it('restarts when the hub delays a write, so that rate limits do not shorten the time of the vendor', () => {
    const { signal } = new AbortController();
    const call = new PluginCall(LIMIT_MS, signal, () => ({ kind: 'delay', milliseconds: 600 }));
    jest.advanceTimersByTime(900);
    expect(() => {
      call.checkWrite();
    }).toThrow(WriteDelayedError);
    jest.advanceTimersByTime(600 + LIMIT_MS - 1);
    expect(call.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    jest.runAllTimers();
    expect(call.aborted).toBe(true);
    call.done();
  });

  it('applies to requests that the plugin did not wait for, and ends with a call that left none', () => {
    const { signal } = new AbortController();
    const [left, ended] = [new PluginCall(LIMIT_MS, signal), new PluginCall(LIMIT_MS, signal)];
    left.addEventListener('abort', jest.fn());
    left.done();
    ended.done();
    jest.runAllTimers();
    expect([left.aborted, ended.aborted]).toEqual([true, false]);
  });
});

describe('the shutdown of a call', () => {
  it('stops the running calls of the signal, but no call that has ended', () => {
    const outer = new AbortController();
    const [first, second, third] = [1, 2, 3].map(() => new PluginCall(LIMIT_MS, outer.signal));
    const other = new PluginCall(LIMIT_MS, new AbortController().signal);
    first?.done();
    third?.done();
    third?.done();
    const fourth = new PluginCall(LIMIT_MS, outer.signal);
    outer.abort();
    expect([first, second, third, fourth, other].map((call) => call?.aborted)).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
    for (const call of [second, fourth, other]) call?.done();
  });
});

describe('the stop of a call', () => {
  it('notifies its listeners and the signal, including a signal that was created after the stop', () => {
    const { signal: outer } = new AbortController();
    const call = new PluginCall(LIMIT_MS, outer);
    const before = call.signal;
    const [heard, gone] = [jest.fn(), jest.fn()];
    call.addEventListener('abort', heard);
    call.addEventListener('abort', gone);
    call.removeEventListener('abort', gone);
    const reason = new Error('enough');
    call.stop(reason);
    call.stop(new Error('again'));
    expect([heard.mock.calls.length, gone.mock.calls.length]).toEqual([1, 0]);
    expect([before.aborted, before.reason]).toEqual([true, reason]);
    expect([call.aborted, call.reason]).toEqual([true, reason]);
    call.done();

    const other = new PluginCall(LIMIT_MS, outer);
    other.stop(reason);
    expect([other.signal.aborted, other.signal.reason]).toEqual([true, reason]);
    other.done();
  });

  it('notifies all calls of a shutdown through one listener of the signal', () => {
    const controller = new AbortController();
    const added = jest.spyOn(controller.signal, 'addEventListener');
    const calls = Array.from({ length: 3 }, () => new PluginCall(LIMIT_MS, controller.signal));
    calls[1]?.done();
    controller.abort();
    expect(calls.map(({ aborted }) => aborted)).toEqual([true, false, true]);
    expect(added).toHaveBeenCalledTimes(1);
    for (const call of calls) call.done();
  });
});

describe('the redaction of a response', () => {
  it('bounds a body', () => {
    const call = new PluginCall(LIMIT_MS, new AbortController().signal);
    expect(call.redactResponse({ status: 500, body: 'x'.repeat(10_000) }).body).toHaveLength(4_096);
    expect(call.redactResponse({ status: 204 })).toEqual({ status: 204 });
    call.done();
  });

  it('refuses a list of texts as a body', () => {
    const call = new PluginCall(
      LIMIT_MS,
      new AbortController().signal,
      () => null,
      () => ['secret-value'],
    );
    const body = ['Bearer secret-value'] as unknown as string;
    expect(() => call.redactResponse({ status: 200, body })).toThrow(TypeError);
    call.done();
  });

  it('covers a token from the moment at which the plugin fetched it', () => {
    const call = new PluginCall(
      LIMIT_MS,
      new AbortController().signal,
      () => null,
      () => ['secret-value'],
    );
    const body = 'secret-value and invented-token';
    expect(call.redactResponse({ status: 200, body }).body).toBe('[redacted] and invented-token');
    call.tokens.add('invented-token');
    expect(call.redactResponse({ status: 200, body }).body).toBe('[redacted] and [redacted]');
    call.done();
  });
});
