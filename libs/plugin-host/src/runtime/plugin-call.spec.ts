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
    expect(call.stopped).toBe(false);
    jest.advanceTimersByTime(1);
    jest.runAllTimers();
    expect(call.stopped).toBe(true);
    call.done();
  });
});
